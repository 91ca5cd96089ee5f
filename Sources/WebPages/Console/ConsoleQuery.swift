/// The query of a page's address, for links that keep the filters.
package struct ConsoleQuery: Sendable {
    private let pairs: [(name: String, value: String)]

    /// - Parameter pairs: those without a value are left out.
    package init(_ pairs: [(String, String?)]) {
        self.pairs = pairs.compactMap { name, value in value.map { (name, $0) } }
    }

    /// `a=b&c=d`, percent-encoded (RFC 3986 section 2.1).
    package var text: String {
        pairs.map { "\($0.name)=\(ConsoleQuery.encode($0.value))" }.joined(separator: "&")
    }

    // MARK: - Private

    private static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
