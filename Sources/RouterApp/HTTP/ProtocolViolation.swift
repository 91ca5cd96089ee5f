/// Why a message was refused: how it breaks RFC 9112, or which limit it passes.
struct ProtocolViolation: Error {
    /// The status with which a request is answered; a response that breaks the rules is always a 502.
    enum Code: Int {
        case badRequest = 400
        case methodNotAllowed = 405
        case payloadTooLarge = 413
        case targetTooLong = 414
        case expectationFailed = 417
        case fieldsTooLarge = 431
        case notImplemented = 501
        case versionNotSupported = 505
    }

    let code: Code
    /// For the log and the answer; never contains what the client sent.
    let reason: StaticString

    init(_ code: Code, _ reason: StaticString) {
        self.code = code
        self.reason = reason
    }
}
