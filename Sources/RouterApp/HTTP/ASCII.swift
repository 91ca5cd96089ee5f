/// The bytes of HTTP/1.1 that have a meaning, and the classes of RFC 9110 section 5.6.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let comma: UInt8 = 0x2C
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let slash: UInt8 = 0x2F
    static let dot: UInt8 = 0x2E

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func isToken(_ byte: UInt8) -> Bool {
        let set = byte < 64 ? lowTokens : highTokens
        return byte < 128 && set >> UInt64(byte & 63) & 1 == 1
    }

    /// The value of a hexadecimal digit in either case.
    static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x41 + 10)
        case 0x61...0x66: Int(byte - 0x61 + 10)
        default: nil
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Tokens below 64: `! # $ % & ' * + - .` and digits.
    private static let lowTokens: UInt64 = 0x03FF_6CFA_0000_0000
    /// Tokens from 64: letters, `^ _ \` | ~`.
    private static let highTokens: UInt64 = 0x57FF_FFFF_C7FF_FFFE
}
