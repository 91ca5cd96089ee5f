import Caching
import Testing

struct CacheWriteTests {
    private func writer() -> CacheWriteStateMachine<String> {
        var writer = CacheWriteStateMachine<String>(Sample.scope(.projects, .user(Sample.user)))
        _ = writer.start()
        return writer
    }

    private var closing: GateRow {
        var row = Sample.open
        _ = row.close(row.epoch)
        return row
    }

    @Test("A write fences all its items, commits, removes the fence and is acknowledged, in that order")
    func order() {
        var writer = writer()
        let asked = writer.begin(Sample.open, writer: Sample.writer, Sample.lease, now: Sample.time(1))
        guard case .ask(let fence) = asked, case .fence(let keys, Sample.writer) = fence.operation else {
            Issue.record("\(asked)")
            return
        }
        #expect(keys.map(\.subject) == [.projects, .user(Sample.user)])
        guard case .commit = writer.receive(Sample.reply(.fenced), Sample.lease, now: Sample.time(2)),
            case .ask(let unfence) = writer.end(.committed),
            case .unfence(keys, [Sample.writer]) = unfence.operation,
            case .acknowledge = writer.receive(nil, Sample.lease, now: Sample.time(3))
        else {
            Issue.record("another way was taken")
            return
        }
    }

    @Test("A write with the gate off commits without Redis")
    func off() {
        var writer = writer()
        let row = GateRow(epoch: GateEpoch(rawValue: 1))
        guard case .commit = writer.begin(row, writer: Sample.writer, Sample.lease, now: Sample.time(1)),
            case .acknowledge = writer.end(.committed)
        else {
            Issue.record("another way was taken")
            return
        }
    }

    @Test("A write waits while the gate is closing, or while its backend has no lease")
    func waits() {
        for (row, time) in [(closing, Int64(1)), (Sample.open, 2_000)] {
            var writer = writer()
            let action = writer.begin(row, writer: Sample.writer, Sample.lease, now: Sample.time(time))
            guard case .rollBack(close: nil, then: nil, _) = action, case .begin = writer.retry() else {
                Issue.record("\(action)")
                return
            }
        }
    }

    @Test(
        "A fence that is not confirmed is never committed under, and the gate closes unless the time was merely over",
        arguments: [
            (CacheReply<String>?.none, Int64(2), true),
            (Sample.reply(.foreign), 2, true),
            (Sample.reply(.fenced, run: "another"), 2, true),
            (Sample.reply(.unfenced), 2, true),
            (Sample.reply(.fenced), 2_000, false),
        ]
    )
    func unconfirmed(_ reply: CacheReply<String>?, _ time: Int64, _ closes: Bool) {
        var writer = writer()
        _ = writer.begin(Sample.open, writer: Sample.writer, Sample.lease, now: Sample.time(1))
        let action = writer.receive(reply, Sample.lease, now: Sample.time(time))
        guard case .rollBack(let epoch, _, _) = action else {
            Issue.record("\(action)")
            return
        }
        #expect((epoch != nil) == closes)
    }

    @Test("When nobody knows whether a transaction committed, its fence stays")
    func unknown() {
        var writer = writer()
        _ = writer.begin(Sample.open, writer: Sample.writer, Sample.lease, now: Sample.time(1))
        _ = writer.receive(Sample.reply(.fenced), Sample.lease, now: Sample.time(2))
        guard case .failUnknown = writer.end(.unknown) else {
            Issue.record("another way was taken")
            return
        }
    }

    @Test("A transaction that the database refused takes its fence along")
    func aborted() {
        var writer = writer()
        _ = writer.begin(Sample.open, writer: Sample.writer, Sample.lease, now: Sample.time(1))
        _ = writer.receive(Sample.reply(.fenced), Sample.lease, now: Sample.time(2))
        guard case .ask(let command) = writer.end(.aborted), case .unfence = command.operation,
            case .refuse = writer.receive(Sample.reply(.unfenced), Sample.lease, now: Sample.time(3))
        else {
            Issue.record("another way was taken")
            return
        }
    }
}
