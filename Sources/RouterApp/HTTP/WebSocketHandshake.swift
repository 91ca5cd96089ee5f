import Crypto
import FoundationEssentials

/// The opening handshake of WebSocket as far as a proxy must understand it (RFC 6455 section 4): an upgrade is passed on
/// when the request asks for nothing else, and a connection becomes a tunnel when the answer proves that it read that.
enum WebSocketHandshake {
    /// What every key is hashed with (RFC 6455 section 1.3).
    private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The key of a request that asks for WebSocket; nil when it is not version 13 that it asks for.
    ///
    /// - Throws: when there is no sound key, without which it asks for nothing that is known.
    static func key(in fields: [HeaderField], _ bytes: RawSpan) throws(ProtocolViolation) -> Range<Int>? {
        guard let key = value(of: "sec-websocket-key", in: fields, bytes), isKey(key, bytes) else {
            throw ProtocolViolation(
                .badRequest,
                "an upgrade to WebSocket has exactly one Sec-WebSocket-Key of 16 bytes"
            )
        }
        guard let version = value(of: "sec-websocket-version", in: fields, bytes), bytes.equals(version, "13") else {
            return nil
        }
        return key
    }

    /// The proof in an answer.
    static func proof(in fields: [HeaderField], _ bytes: RawSpan) -> Range<Int>? {
        value(of: "sec-websocket-accept", in: fields, bytes)
    }

    /// The proof that belongs to a key.
    static func proof(of key: String) -> String {
        Data(Insecure.SHA1.hash(data: Data((key + suffix).utf8))).base64EncodedString()
    }

    // MARK: - Private

    /// Sixteen bytes in base64.
    private static func isKey(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
        range.count == 24 && Data(base64Encoded: bytes.text(range))?.count == 16
    }

    /// The value of the one field of a name.
    private static func value(of name: StaticString, in fields: [HeaderField], _ bytes: RawSpan) -> Range<Int>? {
        var found: Range<Int>?
        for field in fields where field.kind == .other && bytes.equals(field.name, ignoringCase: name) {
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }
}
