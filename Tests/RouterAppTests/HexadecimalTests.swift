import NIOCore
import Testing

@testable import RouterApp

@Suite struct HexadecimalTests {
    @Test("A number is written in hexadecimal as the standard library writes it, with zeros in front where asked")
    func digits() {
        var random = FastRandom()
        let edges: [UInt64] = [0, 9, 10, 15, 16, .max, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210]
        let numbers = edges + (0..<1000).map { _ in random.next() >> UInt64.random(in: 0..<64, using: &random) }
        for number in numbers {
            let text = String(number, radix: 16)
            var buffer = ByteBuffer()
            buffer.writeHexadecimal(number)
            #expect(String(buffer: buffer) == text)
            buffer.clear()
            buffer.writeHexadecimal(number, width: 16)
            #expect(String(buffer: buffer) == String(repeating: "0", count: 16 - text.count) + text)
            let decimal = Int(number >> 1)
            buffer.clear()
            buffer.writeHead(atMost: 64) { writer in
                writer.write(hexadecimal: number)
                writer.write(" ")
                writer.write(decimal: decimal)
            }
            #expect(String(buffer: buffer) == String(repeating: "0", count: 16 - text.count) + "\(text) \(decimal)")
        }
    }
}
