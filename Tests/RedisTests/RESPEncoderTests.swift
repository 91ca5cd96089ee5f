import Testing

@testable import Redis

@Suite("Command encoding")
struct RESPEncoderTests {
    @Test("A command is an array of bulk strings with lengths in bytes")
    func lengthsAreBytes() {
        var output: [UInt8] = []
        RESPEncoder.append(["SET", "ключ", RedisArgument([0, 13, 10, 255]), -42], to: &output)
        let expected =
            Array("*4\r\n$3\r\nSET\r\n$8\r\nключ\r\n$4\r\n".utf8) + [0, 13, 10, 255]
            + Array("\r\n$3\r\n-42\r\n".utf8)
        #expect(output == expected)
    }

    @Test("Line ends in an argument do not begin another command")
    func noInjection() {
        let value = "x\r\nFLUSHALL\r\n"
        var output: [UInt8] = []
        RESPEncoder.append(["ECHO", "\(value)"], to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "*2\r\n$4\r\nECHO\r\n$13\r\nx\r\nFLUSHALL\r\n\r\n")
    }
}
