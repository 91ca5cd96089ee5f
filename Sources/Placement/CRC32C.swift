/// The CRC-32C checksum (Castagnoli polynomial, RFC 3720 appendix B.4), eight bytes at a time ("slicing-by-8").
///
/// It finds every burst of up to 32 changed bits, and all but one in four thousand million other changes.
struct CRC32C {
    private var state: UInt32 = .max

    var value: UInt32 { ~state }

    mutating func update(_ bytes: RawSpan) {
        let tables = CRC32C.tables.span
        var crc = state
        var offset = 0
        while bytes.byteCount - offset >= 8 {
            let word = UInt64(littleEndian: bytes.word(at: offset)) ^ UInt64(crc)
            crc =
                tables[7 << 8 | Int(word & 0xFF)] ^ tables[6 << 8 | Int(word >> 8 & 0xFF)]
                ^ tables[5 << 8 | Int(word >> 16 & 0xFF)] ^ tables[4 << 8 | Int(word >> 24 & 0xFF)]
                ^ tables[3 << 8 | Int(word >> 32 & 0xFF)] ^ tables[2 << 8 | Int(word >> 40 & 0xFF)]
                ^ tables[1 << 8 | Int(word >> 48 & 0xFF)] ^ tables[Int(word >> 56)]
            offset += 8
        }
        while offset < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            crc = tables[Int((crc ^ UInt32(byte)) & 0xFF)] ^ crc >> 8
            offset += 1
        }
        state = crc
    }

    mutating func update(_ bytes: [UInt8]) { update(bytes.span.bytes) }

    // MARK: - Private

    /// Eight tables of 256 entries, one after the other.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0x82F6_3B78 }
            tables[byte] = crc
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 0xFF)] ^ previous >> 8
        }
        return tables
    }()
}
