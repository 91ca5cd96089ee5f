import Compression
import Foundation
import Testing

@Suite("gzip")
struct GzipEncoderTests {
    /// What `gzip` itself makes of it.
    private func decoded(_ bytes: [UInt8], options: [String] = []) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gz")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc"] + options + [file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(output)
    }

    @Test("gzip decodes what was encoded, whatever its length", arguments: [0, 1, 1023, 16_384, 65_536, 1_000_003])
    func whole(length: Int) throws {
        for isRandom in [false, true] {
            let body = (0..<length).map { isRandom ? UInt8.random(in: 0...255) : UInt8($0 % 61) }
            #expect(try decoded(GzipEncoder.encode(body)) == body)
        }
    }

    @Test("Each piece can be decoded as soon as it is there")
    func pieces() throws {
        let encoder = GzipEncoder()
        var (encoded, plain) = ([UInt8](), [UInt8]())
        for number in 0..<50 {
            let piece = Array("line \(number) of an export, much like the one before\n".utf8)
            plain += piece
            encoded += encoder.encode(piece, .sync)
            // gzip complains about the missing end, and writes what it has.
            if number.isMultiple(of: 10) { #expect(try decoded(encoded) == plain) }
        }
        encoded += encoder.encode([], .finish)
        #expect(try decoded(encoded) == plain)
        #expect(encoded.count < plain.count / 3)
    }
}
