import Caching
import Testing

struct GateTests {
    private let first = GateEpoch(rawValue: 1)

    @Test("A gate closes, drains and opens in that order, each once, and only in the epoch it was meant for")
    func row() {
        var row = Sample.open
        #expect(row.epoch == first)
        let drainsOpenGate = row.drain(first)
        let closesOther = row.close(first.next)
        let closes = row.close(first)
        let closesAgain = row.close(first)
        let opensClosing = row.open(after: first, Sample.server)
        let drains = row.drain(first)
        let opensOther = row.open(after: first.next, Sample.server)
        let opens = row.open(after: first, Sample.server)
        let opensAgain = row.open(after: first, Sample.server)
        #expect([drainsOpenGate, closesOther, closesAgain, opensClosing, opensOther, opensAgain].allSatisfy { !$0 })
        #expect([closes, drains, opens].allSatisfy { $0 })
        #expect(row.epoch == first.next)
        #expect(row.mode == .on(Sample.server))
    }

    @Test("A lease runs from before it was asked for, however late the answer comes")
    func lease() {
        var lease = GateLeaseStateMachine()
        #expect(lease.pass(now: Sample.time(0)) == nil)
        _ = lease.observe(Sample.open, asked: Sample.time(0), now: Sample.time(1_500))
        #expect(lease.pass(now: Sample.time(1_999)) == Sample.pass)
        #expect(lease.pass(now: Sample.time(2_000)) == nil)
    }

    @Test("An answer to an older question changes nothing")
    func olderAnswer() {
        var lease = GateLeaseStateMachine()
        var closing = Sample.open
        _ = closing.close(first)
        _ = lease.observe(closing, asked: Sample.time(100), now: Sample.time(200))
        _ = lease.observe(Sample.open, asked: Sample.time(50), now: Sample.time(300))
        #expect(lease.pass(now: Sample.time(300)) == nil)
    }

    @Test("A gate drains after the span from when it was known to be closing")
    func drain() {
        var lease = Sample.lease
        var closing = Sample.open
        _ = closing.close(first)
        let atOnce = lease.observe(closing, asked: Sample.time(100), now: Sample.time(400))
        #expect(atOnce == nil)
        #expect(lease.pass(now: Sample.time(400)) == nil)
        let early = lease.observe(closing, asked: Sample.time(2_300), now: Sample.time(2_499))
        #expect(early == nil)
        let late = lease.observe(closing, asked: Sample.time(2_400), now: Sample.time(2_500))
        #expect(late == .drain(first))
    }

    @Test("The drain outlasts a lease though one clock runs two per cent faster than the other")
    func drift() {
        let timing = CacheTiming()
        #expect(timing.drain > timing.lease * 102 / 100)
    }

    @Test("A gate that is off is opened by whoever reaches Redis, unless another cannot")
    func opening() {
        var lease = GateLeaseStateMachine()
        let off = GateRow(epoch: first)
        func observe(_ time: Int64, isReachable: Bool, isObjected: Bool) -> GateLeaseStateMachine.Action? {
            lease.observe(
                off,
                asked: Sample.time(time),
                isReachable: isReachable,
                isObjected: isObjected,
                now: Sample.time(time)
            )
        }
        #expect(observe(1, isReachable: false, isObjected: false) == nil)
        #expect(observe(2, isReachable: true, isObjected: true) == nil)
        #expect(observe(3, isReachable: true, isObjected: false) == .open(first))
    }

    @Test("A reply counts while its pass is valid, from the gate's own server and contents")
    func judgement() {
        var lease = Sample.lease
        let good = Sample.reply(.fenced)
        #expect(lease.judge(good, to: Sample.pass, now: Sample.time(1_999)) == .believed)
        #expect(lease.judge(good, to: Sample.pass, now: Sample.time(2_000)) == .expired)
        let otherRun = Sample.reply(.fenced, run: "another")
        #expect(lease.judge(otherRun, to: Sample.pass, now: Sample.time(1)) == .foreign(first))
        #expect(lease.judge(Sample.reply(.foreign), to: Sample.pass, now: Sample.time(1)) == .foreign(first))
        var row = Sample.open
        _ = row.close(first)
        _ = row.drain(first)
        _ = row.open(after: first, Sample.server)
        _ = lease.observe(row, asked: Sample.time(10), now: Sample.time(11))
        #expect(lease.judge(good, to: Sample.pass, now: Sample.time(12)) == .expired)
    }
}
