/// Gathers from the fields of one head what decides framing, keep-alive and forwarding; refuses contradictions.
struct HeadSurvey: ~Copyable {
    private(set) var hosts = 0
    private(set) var host: Range<Int>?
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var closes = false
    private(set) var keepsAlive = false
    private(set) var hasExpectation = false
    private(set) var expectsContinue = false
    /// How many protocols the message speaks of changing to.
    private var upgrades = 0
    private var namesWebSocket = false
    private var nominatesUpgrade = false
    /// Names that `Connection` makes hop-by-hop.
    private(set) var nominated: [Range<Int>] = []

    private static let nominationLimit = 16

    mutating func take(_ field: HeaderField, in bytes: RawSpan) throws(ProtocolViolation) {
        switch field.kind {
        case .host:
            hosts += 1
            host = field.value
        case .contentLength:
            // A list of equal lengths is allowed to be read as one; nobody who means well sends it.
            guard contentLength == nil, let length = bytes.decimal(field.value) else {
                throw ProtocolViolation(.badRequest, "there must be at most one Content-Length, a plain number")
            }
            contentLength = length
        case .transferEncoding:
            guard !isChunked, bytes.equals(field.value, ignoringCase: "chunked") else {
                throw ProtocolViolation(.badRequest, "the only Transfer-Encoding spoken here is chunked, once")
            }
            isChunked = true
        case .connection:
            try takeConnection(field.value, in: bytes)
        case .expect:
            guard !hasExpectation else { throw ProtocolViolation(.expectationFailed, "there are two expectations") }
            hasExpectation = true
            expectsContinue = bytes.equals(field.value, ignoringCase: "100-continue")
        case .upgrade:
            bytes.forEachElement(of: field.value) { protocolName in
                upgrades += 1
                if bytes.equals(protocolName, ignoringCase: "websocket") { namesWebSocket = true }
            }
        case .other, .accept, .requestID, .traceparent, .tracestate, .date, .strictTransport, .hubRedirect, .dropped:
            break
        }
    }

    /// Whether the message speaks of WebSocket, be it among other protocols.
    var mentionsWebSocket: Bool { namesWebSocket && nominatesUpgrade }

    /// Whether the message speaks of WebSocket and of no other protocol.
    var upgradesToWebSocket: Bool { mentionsWebSocket && upgrades == 1 }

    /// - Parameter unframed: the framing of a message with neither length nor encoding.
    func framing(unframed: BodyFraming) throws(ProtocolViolation) -> BodyFraming {
        guard !(isChunked && contentLength != nil) else {
            throw ProtocolViolation(.badRequest, "Content-Length and Transfer-Encoding contradict each other")
        }
        if isChunked { return .chunked }
        return contentLength.map { .length($0) } ?? unframed
    }

    // MARK: - Private

    private mutating func takeConnection(_ value: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation) {
        try bytes.forEachElement(of: value) { (option) throws(ProtocolViolation) in
            if bytes.equals(option, ignoringCase: "close") {
                closes = true
            } else if bytes.equals(option, ignoringCase: "keep-alive") {
                keepsAlive = true
            } else if bytes.equals(option, ignoringCase: "upgrade") {
                nominatesUpgrade = true
            } else {
                guard bytes.isToken(option), nominated.count < HeadSurvey.nominationLimit else {
                    throw ProtocolViolation(.badRequest, "Connection names too many fields, or one that is no name")
                }
                nominated.append(option)
            }
        }
    }
}
