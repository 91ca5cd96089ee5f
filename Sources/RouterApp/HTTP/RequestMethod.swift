/// The methods that are forwarded. CONNECT, TRACE and unknown methods are refused.
enum RequestMethod: UInt8 {
    case get
    case head
    case post
    case put
    case patch
    case delete
    case options

    init(_ range: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation) {
        // Methods are case-sensitive (RFC 9110 section 9.1).
        func isMethod(_ text: StaticString) -> Bool { bytes.equals(range, text) }
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "G") where isMethod("GET"): self = .get
        case UInt8(ascii: "H") where isMethod("HEAD"): self = .head
        case UInt8(ascii: "P") where isMethod("POST"): self = .post
        case UInt8(ascii: "P") where isMethod("PUT"): self = .put
        case UInt8(ascii: "P") where isMethod("PATCH"): self = .patch
        case UInt8(ascii: "D") where isMethod("DELETE"): self = .delete
        case UInt8(ascii: "O") where isMethod("OPTIONS"): self = .options
        case UInt8(ascii: "T") where isMethod("TRACE"):
            throw ProtocolViolation(.methodNotAllowed, "TRACE would echo credentials")
        default:
            throw ProtocolViolation(.notImplemented, "the method is not known here")
        }
    }

    var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        }
    }

    /// Whether repeating the request has the effect of sending it once (RFC 9110 section 9.2.2).
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options: true
        case .post, .patch: false
        }
    }
}
