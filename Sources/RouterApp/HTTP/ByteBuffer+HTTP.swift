import NIOCore

extension ByteBuffer {
    /// Writes a number in decimal, without a `String`.
    mutating func writeDecimal(_ number: Int) {
        if number < 0 { writeInteger(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var divisor: UInt = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            writeInteger(UInt8(truncatingIfNeeded: rest / divisor) + 0x30)
            rest %= divisor
            divisor /= 10
        }
    }

    /// Writes a number in lower-case hexadecimal, without leading zeros unless `width` asks for them.
    mutating func writeHexadecimal(_ number: UInt64, width: Int = 1) {
        let digits = max(width, (64 - number.leadingZeroBitCount + 3) / 4)
        if digits == 16 {
            // Ids are that long, and a request writes several.
            writeInteger(ByteBuffer.hexadecimal(UInt32(truncatingIfNeeded: number >> 32)))
            writeInteger(ByteBuffer.hexadecimal(UInt32(truncatingIfNeeded: number)))
            return
        }
        for digit in (0..<digits).reversed() {
            let value = UInt8(truncatingIfNeeded: number >> UInt64(4 * digit)) & 0xF
            writeInteger(value < 10 ? value + 0x30 : value + 0x57)
        }
    }

    /// The eight digits of a number as text, the first in the highest byte: all at once, a byte for each.
    static func hexadecimal(_ number: UInt32) -> UInt64 {
        var digits = UInt64(number)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    /// Writes one field line.
    mutating func writeField(_ name: String, _ value: String) {
        writeString(name)
        writeStaticString(": ")
        writeString(value)
        writeStaticString("\r\n")
    }

    mutating func writeEndOfHead() {
        writeStaticString("\r\n")
    }
}
