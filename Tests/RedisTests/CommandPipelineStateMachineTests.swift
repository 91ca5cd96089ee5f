import Testing

@testable import Redis

@Suite("Command pipeline")
struct CommandPipelineStateMachineTests {
    private typealias Pipeline = CommandPipelineStateMachine<String, Int>

    private var pipeline = Pipeline()

    @Test("Replies go to requests first in, first out")
    mutating func order() {
        for name in ["a", "b", "c"] { accept(name) }
        #expect(receive(1) == "a [1]")
        accept("d")
        #expect(receive(2) == "b [2]")
        #expect(receive(3) == "c [3]")
        #expect(receive(4) == "d [4]")
        #expect(pipeline.isIdle)
    }

    @Test("A request of several commands is complete with its last reply")
    mutating func severalCommands() {
        accept("a", replies: 3)
        accept("b")
        #expect(receive(1) == "keep")
        #expect(receive(2) == "keep")
        #expect(receive(3) == "a [1, 2, 3]")
        #expect(receive(4) == "b [4]")
    }

    @Test("A reply that nobody asked for is reported")
    mutating func unsolicited() {
        #expect(receive(1) == "unsolicited")
        accept("a")
        _ = receive(1)
        #expect(receive(2) == "unsolicited")
    }

    @Test("A cancelled request gives its waiter back once, and its reply is dropped without moving the others")
    mutating func cancellation() {
        accept("a")
        let second = accept("b", replies: 2)
        accept("c")
        #expect(receive(1) == "a [1]")
        #expect(pipeline.cancel(second) == "b")
        #expect(pipeline.cancel(second) == nil)
        #expect(receive(2) == "keep")
        #expect(receive(3) == "keep")
        #expect(receive(4) == "c [4]")
    }

    @Test("A request that is complete cannot be cancelled")
    mutating func lateCancellation() {
        let first = accept("a")
        accept("b")
        #expect(receive(1) == "a [1]")
        #expect(pipeline.cancel(first) == nil)
        #expect(receive(2) == "b [2]")
    }

    @Test("When the connection fails, a request may have been executed only if its first command was written whole")
    mutating func delivery() {
        accept("a", bytes: 10)
        let cancelled = accept("b", bytes: 10)
        accept("c", replies: 2, firstBytes: 4, bytes: 10)
        accept("d", replies: 2, firstBytes: 4, bytes: 10)
        accept("e", bytes: 10)
        _ = pipeline.cancel(cancelled)
        pipeline.wrote(10)
        pipeline.wrote(14)
        pipeline.wrote(9)
        let failed = pipeline.failAll()
        #expect(failed.map(\.waiter) == ["a", "c", "d", "e"])
        #expect(failed.map(\.delivery) == [.mayHaveExecuted, .mayHaveExecuted, .notSent, .notSent])
        #expect(pipeline.isIdle)
        #expect(pipeline.failAll().isEmpty)
        #expect(pipeline.cancel(cancelled) == nil)
    }

    @Test("The oldest deadline is that of the oldest request, cancelled or not")
    mutating func deadline() {
        #expect(pipeline.oldestDeadline == nil)
        let first = accept("a", deadline: 5)
        accept("b", deadline: 8)
        _ = pipeline.cancel(first)
        #expect(pipeline.oldestDeadline == 5)
        _ = receive(1)
        #expect(pipeline.oldestDeadline == 8)
    }

    @discardableResult
    private mutating func accept(
        _ name: String,
        replies: Int = 1,
        firstBytes: Int? = nil,
        bytes: Int = 1,
        deadline: Int = 0
    ) -> Pipeline.RequestID {
        let id = pipeline.nextRequestID
        pipeline.accept(
            name,
            replies: replies,
            firstCommandByteCount: firstBytes ?? bytes,
            byteCount: bytes,
            deadline: deadline
        )
        return id
    }

    private mutating func receive(_ value: Int) -> String {
        switch pipeline.received(.integer(value)) {
        case .complete(let waiter, let replies): "\(waiter) \(replies.compactMap(\.integer))"
        case .keep: "keep"
        case .unsolicited: "unsolicited"
        }
    }
}
