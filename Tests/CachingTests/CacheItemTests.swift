import Caching
import Testing

struct CacheItemTests {
    private let timing = CacheTiming()

    @Test("An absent item is leased to its first reader, and others wait until the lease runs out")
    func lease() {
        var item = CacheItemStateMachine<String>()
        #expect(isLeased(item.read(Sample.token, timing: timing, now: Sample.time(0))))
        #expect(isLeased(item.read(Sample.token, timing: timing, now: Sample.time(1))))
        #expect(!isLeased(item.read(Sample.otherToken, timing: timing, now: Sample.time(9_999))))
        #expect(isLeased(item.read(Sample.otherToken, timing: timing, now: Sample.time(10_000))))
    }

    @Test("Only the token that stands in an item fills it, once, and the value ends with its time")
    func fill() {
        var item = CacheItemStateMachine<String>()
        _ = item.read(Sample.token, timing: timing, now: Sample.time(0))
        let isFilledByAnother = item.fill(Sample.otherToken, "b", timing: timing, now: Sample.time(1))
        #expect(!isFilledByAnother)
        let isFilled = item.fill(Sample.token, "a", timing: timing, now: Sample.time(1))
        #expect(isFilled)
        let isFilledAgain = item.fill(Sample.token, "c", timing: timing, now: Sample.time(2))
        #expect(!isFilledAgain)
        #expect(value(item.read(Sample.otherToken, timing: timing, now: Sample.time(3_600_000))) == "a")
        #expect(isLeased(item.read(Sample.otherToken, timing: timing, now: Sample.time(3_600_001))))
    }

    @Test("A fill after its lease ran out is refused")
    func lateFill() {
        var item = CacheItemStateMachine<String>()
        _ = item.read(Sample.token, timing: timing, now: Sample.time(0))
        let isFilled = item.fill(Sample.token, "a", timing: timing, now: Sample.time(10_000))
        #expect(!isFilled)
    }

    @Test("A fence takes the place of a value or a lease, and stands until its last writer has ended")
    func fence() {
        var item = CacheItemStateMachine<String>()
        _ = item.read(Sample.token, timing: timing, now: Sample.time(0))
        item.fence(Sample.writer, now: Sample.time(1))
        let isFilled = item.fill(Sample.token, "old", timing: timing, now: Sample.time(2))
        #expect(!isFilled)
        item.fence(Sample.otherWriter, now: Sample.time(3))
        item.unfence([Sample.writer])
        #expect(doubtful(item.read(Sample.token, timing: timing, now: Sample.time(4))) == [])
        item.unfence([Sample.writer])
        #expect(doubtful(item.read(Sample.token, timing: timing, now: Sample.time(5))) == [])
        item.unfence([Sample.otherWriter])
        #expect(isLeased(item.read(Sample.token, timing: timing, now: Sample.time(6))))
    }

    @Test("A fence does not end by time; its old writers become doubtful")
    func doubt() {
        var item = CacheItemStateMachine<String>()
        item.fence(Sample.writer, now: Sample.time(0))
        item.fence(Sample.otherWriter, now: Sample.time(5_000))
        #expect(doubtful(item.read(Sample.token, timing: timing, now: Sample.time(9_999))) == [])
        #expect(doubtful(item.read(Sample.token, timing: timing, now: Sample.time(10_000))) == [Sample.writer])
        #expect(
            doubtful(item.read(Sample.token, timing: timing, now: Sample.time(1 << 40)))
                == [Sample.writer, Sample.otherWriter]
        )
    }

    @Test("A writer that finds its fence lost deletes what came after it")
    func lostFence() {
        var item = CacheItemStateMachine<String>(.value("filled", expiry: Sample.time(1_000)))
        item.unfence([Sample.writer])
        #expect(item.item == nil)
    }

    @Test("A script does nothing when the sentinel is missing or another")
    func sentinel() {
        let key = Sample.scope(.projects).key(.projects, at: Sample.pass.epoch)
        for sentinel in [nil, GateNonce(high: 9, low: 9)] {
            var keyspace = CacheKeyspace<String>(sentinel: sentinel)
            let outcome = keyspace.run(
                CacheCommand(nonce: Sample.server.nonce, .fence([key], Sample.writer)),
                timing: timing,
                now: Sample.time(0)
            )
            guard case .foreign = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(keyspace.items.isEmpty)
        }
    }

    // MARK: - Private

    private func isLeased(_ reading: CacheReading<String>) -> Bool {
        guard case .leased = reading else { return false }
        return true
    }

    private func value(_ reading: CacheReading<String>) -> String? {
        guard case .value(let value) = reading else { return nil }
        return value
    }

    private func doubtful(_ reading: CacheReading<String>) -> [WriterID]? {
        guard case .fenced(let writers) = reading else { return nil }
        return writers
    }
}
