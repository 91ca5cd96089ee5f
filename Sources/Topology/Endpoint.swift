/// Where something listens or is reached: a host name or address, and a TCP port.
package struct Endpoint: Hashable, Sendable {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// 1–65535.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Whether the host means every address of a machine, which nobody can connect to.
    package var isWildcard: Bool { host == "0.0.0.0" || host == "::" }
}

extension Endpoint: LosslessStringConvertible {
    /// Reads `host:port`, with an IPv6 address in brackets; nil for anything else.
    package init?(_ description: String) {
        guard let parts = Endpoint.split(description), let port = Endpoint.port(parts.port) else { return nil }
        self.init(host: parts.host, port: port)
    }

    package var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Endpoint: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Endpoint(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected host:port such as 127.0.0.1:5432")
            )
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Endpoint {
    /// The two halves of `host:port` with a host that could be one; the port is any text without a sign of its own.
    static func split(_ text: String) -> (host: String, port: Substring)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let port = text[text.index(after: colon)...]
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            let isAddress = address.utf8.allSatisfy {
                isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
            guard isAddress, address.contains(":") else { return nil }
            return (String(address), port)
        }
        guard isHostName(host) else { return nil }
        return (String(host), port)
    }

    /// A port of 1–65535, as digits without a sign.
    static func port(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text) else { return nil }
        return (1...65535).contains(port) ? port : nil
    }

    // MARK: - Private

    /// Letters, digits, hyphens and underscores (container runtimes make such names) in labels of 1–63 bytes.
    private static func isHostName(_ text: Substring) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isHexDigit(byte) || (0x67...0x7A).contains(byte) || (0x47...0x5A).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
    }
}
