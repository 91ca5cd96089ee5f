import Glibc
import Testing

@testable import Observability

@Suite("The log's writer")
struct LogWriterTests {
    private func line(_ number: Int) -> [UInt8] { Array("line \(number)\n".utf8) }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("Lines of many threads arrive whole, each thread's in order")
    func whole() async throws {
        let pipe = try Pipe()
        let writer = LogWriter(descriptor: pipe.writer)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<10 {
                group.addTask { for number in 0..<200 { writer.write(Array("\(task) \(number)\n".utf8)) } }
            }
        }
        writer.flush(within: .seconds(10))
        writer.stop()
        let all = lines(pipe.drain())
        #expect(all.count == 2000)
        for task in 0..<10 {
            #expect(all.filter { $0.hasPrefix("\(task) ") } == (0..<200).map { "\(task) \($0)" })
        }
    }

    @Test("A reader that does not read holds nobody up; what it missed is told once it reads again")
    func slowReader() async throws {
        let pipe = try Pipe()
        let writer = LogWriter(descriptor: pipe.writer, capacity: 1000)
        let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]
        // Far more than the pipe and the buffer hold together; were writing to wait, this would never end.
        let count = pipe.capacity / 100 * 3
        for _ in 0..<count { writer.write(filler) }
        #expect(writer.droppedLines > 0)
        let before = writer.droppedLines
        var all = pipe.drain()
        writer.flush(within: .seconds(10))
        all += pipe.drain()
        writer.write(line(1))
        writer.flush(within: .seconds(10))
        writer.stop()
        all += pipe.drain()
        let received = lines(all)
        #expect(received.count { $0.hasPrefix("xx") } == count - before)
        let told = received.compactMap { $0.firstMatch(of: /log lines dropped","dropped":"(\d+)"/) }
        #expect(told.compactMap { Int($0.1) }.reduce(0, +) == before)
        #expect(received.last == "line 1")
    }

    @Test("Flushing waits no longer than it is told")
    func boundedFlush() throws {
        let pipe = try Pipe()
        let writer = LogWriter(descriptor: pipe.writer, capacity: 1 << 22)
        writer.write([UInt8](repeating: UInt8(ascii: "x"), count: pipe.capacity * 2))
        let time = ContinuousClock().measure { writer.flush(within: .milliseconds(50)) }
        #expect(time >= .milliseconds(50) && time < .seconds(5))
        while !pipe.drain().isEmpty { writer.flush(within: .milliseconds(100)) }
        writer.stop()
    }

    @Test("A reader that has gone ends neither the process nor the writer")
    func goneReader() throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let writer = LogWriter(descriptor: ends[1])
        for number in 0..<100 { writer.write(line(number)) }
        writer.flush(within: .seconds(10))
        writer.stop()
        // Stopped: nothing more is taken.
        let before = writer.droppedLines
        writer.write(line(1))
        #expect(writer.droppedLines == before + 1)
    }
}
