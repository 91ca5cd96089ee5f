/// One field line of a head: where its parts are in the head's bytes, and what the field means to a proxy.
struct HeaderField {
    private let lineStart: UInt32
    private let lineEnd: UInt32
    private let nameLength: UInt32
    private let valueStart: UInt32
    private let valueEnd: UInt32
    var kind: Kind

    /// What a router does with a field.
    enum Kind: UInt8 {
        case other
        case host
        case connection
        case contentLength
        case transferEncoding
        case expect
        case accept
        case requestID
        case traceparent
        case tracestate
        case date
        case strictTransport
        case upgrade
        /// The private mark of a 421 answer.
        case hubRedirect
        /// Hop-by-hop (RFC 9110 section 7.6.1), named by `Connection`, or reserved to the router: never forwarded.
        case dropped
    }

    /// - Parameters:
    ///   - line: the field line with its line break.
    ///   - nameLength: bytes before the colon.
    ///   - value: the value without surrounding blanks.
    init(line: Range<Int>, nameLength: Int, value: Range<Int>, kind: Kind) {
        lineStart = UInt32(line.lowerBound)
        lineEnd = UInt32(line.upperBound)
        self.nameLength = UInt32(nameLength)
        valueStart = UInt32(value.lowerBound)
        valueEnd = UInt32(value.upperBound)
        self.kind = kind
    }

    var line: Range<Int> { Int(lineStart)..<Int(lineEnd) }
    var name: Range<Int> { Int(lineStart)..<Int(lineStart + nameLength) }
    var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}

extension HeaderField.Kind {
    /// Classifies a field by its name.
    init(name: Range<Int>, in bytes: RawSpan) {
        func isName(_ text: StaticString) -> Bool { bytes.equals(name, ignoringCase: text) }
        switch ASCII.lowercased(bytes[name.lowerBound]) {
        case UInt8(ascii: "a"):
            self = isName("accept") ? .accept : .other
        case UInt8(ascii: "c"):
            self =
                isName("connection") ? .connection : isName("content-length") ? .contentLength : .other
        case UInt8(ascii: "d"):
            self = isName("date") ? .date : .other
        case UInt8(ascii: "e"):
            self = isName("expect") ? .expect : .other
        case UInt8(ascii: "f"):
            self = isName("forwarded") ? .dropped : .other
        case UInt8(ascii: "h"):
            if isName("host") {
                self = .host
            } else if isName("hub-redirect") {
                self = .hubRedirect
            } else {
                // Some servers read `_` as `-`.
                let isReserved =
                    bytes.hasPrefix(name, ignoringCase: "hub-") || bytes.hasPrefix(name, ignoringCase: "hub_")
                self = isReserved || isName("http2-settings") ? .dropped : .other
            }
        case UInt8(ascii: "k"):
            self = isName("keep-alive") ? .dropped : .other
        case UInt8(ascii: "p"):
            let isProxy =
                isName("proxy-connection") || isName("proxy-authorization") || isName("proxy-authenticate")
                || isName("proxy-authentication-info")
            self = isProxy ? .dropped : .other
        case UInt8(ascii: "s"):
            self = isName("strict-transport-security") ? .strictTransport : .other
        case UInt8(ascii: "t"):
            if isName("transfer-encoding") {
                self = .transferEncoding
            } else if isName("te") || isName("trailer") {
                self = .dropped
            } else {
                self = isName("traceparent") ? .traceparent : isName("tracestate") ? .tracestate : .other
            }
        case UInt8(ascii: "u"):
            self = isName("upgrade") ? .upgrade : .other
        case UInt8(ascii: "x"):
            if isName("x-request-id") {
                self = .requestID
            } else {
                let isForwarding =
                    bytes.hasPrefix(name, ignoringCase: "x-forwarded")
                    || bytes.hasPrefix(name, ignoringCase: "x_forwarded")
                    || isName("x-real-ip")
                self = isForwarding ? .dropped : .other
            }
        default:
            self = .other
        }
    }
}
