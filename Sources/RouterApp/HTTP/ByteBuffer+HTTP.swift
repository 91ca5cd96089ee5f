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
        for digit in (0..<digits).reversed() {
            let value = UInt8(truncatingIfNeeded: number >> UInt64(4 * digit)) & 0xF
            writeInteger(value < 10 ? value + 0x30 : value + 0x57)
        }
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
