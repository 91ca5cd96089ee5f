import Compression
import Testing

@Suite("gzip, decoded")
struct GzipDecoderTests {
    /// What a decoder makes of bytes that come in pieces of a size.
    private func decoded(_ bytes: [UInt8], by size: Int) throws -> (body: [UInt8], isWhole: Bool) {
        let decoder = GzipDecoder()
        var body: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            try decoder.decode(Array(bytes[start..<min(start + size, bytes.count)])) { body += $0 }
        }
        return (body, decoder.isAtEnd)
    }

    @Test("What was encoded comes back, however it is cut", arguments: [0, 1, 1023, 65_536, 1_000_003])
    func whole(length: Int) throws {
        for isRandom in [false, true] {
            let body = (0..<length).map { isRandom ? UInt8.random(in: 0...255) : UInt8($0 % 61) }
            let bytes = GzipEncoder.encode(body)
            for size in [1, 7, 4096, bytes.count] where size * 100_000 >= bytes.count {
                let (back, isWhole) = try decoded(bytes, by: size)
                #expect(back == body && isWhole)
            }
        }
    }

    @Test("What is cut off is not whole; what is damaged, or goes on after its end, is told")
    func damaged() throws {
        let body = (0..<10_000).map { UInt8($0 % 251) }
        let bytes = GzipEncoder.encode(body)
        #expect(try decoded(Array(bytes.dropLast(4)), by: 4096).isWhole == false)
        var altered = bytes
        altered[bytes.count / 2] ^= 0x10
        for spoiled in [altered, bytes + bytes, bytes + [0], Array("no gzip at all, but long enough".utf8)] {
            #expect(throws: GzipDecoder.Damaged.self) {
                _ = try decoded(spoiled, by: 4096)
            }
        }
    }
}
