/// Builds one JSON object on one line, member by member.
struct JSONText {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// The most bytes of one value; what is longer is cut and ends with `…`.
    static let valueLimit = 8192

    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    /// A value that is JSON already.
    mutating func member(_ name: String, raw value: some Sequence<UInt8>) {
        key(name)
        bytes.append(contentsOf: value)
    }

    /// The finished object.
    func closed() -> [UInt8] { bytes + [UInt8(ascii: "}")] }

    // MARK: - Private

    private mutating func key(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A string as RFC 8259 section 7 wants it.
    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isLong = text.utf8.count > JSONText.valueLimit
        for byte in isLong ? text.utf8.prefix(JSONText.boundary(in: text)) : text.utf8[...] {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: "\\u00".utf8)
                for digit in [byte >> 4, byte & 0xF] { bytes.append(contentsOf: String(digit, radix: 16).utf8) }
            default: bytes.append(byte)
            }
        }
        if isLong { bytes.append(contentsOf: "…".utf8) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The last place at or before the limit where no character of UTF-8 is cut.
    private static func boundary(in text: String) -> Int {
        let utf8 = text.utf8
        var count = valueLimit
        while count > 0, utf8[utf8.index(utf8.startIndex, offsetBy: count)] & 0xC0 == 0x80 { count -= 1 }
        return count
    }
}
