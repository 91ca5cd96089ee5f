/// The methods that are forwarded. CONNECT, TRACE and unknown methods are refused.
enum RequestMethod: String, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"

    init(_ range: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation) {
        // Methods are case-sensitive (RFC 9110 section 9.1).
        func isMethod(_ text: StaticString) -> Bool {
            range.count == text.utf8CodeUnitCount
                && text.withUTF8Buffer { wanted in
                    wanted.indices.allSatisfy { bytes[range.lowerBound + $0] == wanted[$0] }
                }
        }
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

    /// Whether repeating the request has the effect of sending it once (RFC 9110 section 9.2.2).
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options: true
        case .post, .patch: false
        }
    }
}
