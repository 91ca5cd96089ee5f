import Testing

@testable import Redis

@Suite("Connection pool")
struct ConnectionPoolStateMachineTests {
    private typealias Pool = ConnectionPoolStateMachine<String, Int>

    private let start = ContinuousClock.now
    private let refused = RedisError(.connectFailed, .notSent, endpoint: "h:1", message: "refused")
    private var pool: Pool

    init() {
        pool = Pool(slots: 2, backoff: RedisBackoff(stableAfter: .seconds(2)), now: start)
    }

    @Test("Commands take the open connections in turn")
    mutating func rotation() {
        connectBoth()
        #expect((0..<4).map { _ in choose() } == ["a", "b", "a", "b"])
        _ = pool.connectionLost(slot: 0, refused, now: start, jitter: 0)
        #expect((0..<2).map { _ in choose() } == ["b", "b"])
    }

    @Test("Commands wait while the first attempt is under way, and get its connection")
    mutating func waiting() {
        #expect(choose() == "wait")
        #expect(pool.start(slot: 0) == .connect)
        #expect(choose() == "wait")
        enqueue(1)
        enqueue(2)
        let wakeups = pool.connected(slot: 0, "a", runID: "r1", now: start)
        #expect(wakeups.map { "\($0.waiter) \(text($0.result))" } == ["1 a", "2 a"])
        #expect(text(pool.status) == "r1")
    }

    @Test("Once an attempt has failed, waiters and new commands fail at once, in every delay and later attempt")
    mutating func failFast() {
        _ = pool.start(slot: 0)
        _ = pool.start(slot: 1)
        enqueue(1)
        let (action, wakeups) = pool.attemptFailed(slot: 0, refused, jitter: 0)
        #expect(action == .wait(.milliseconds(25)))
        #expect(wakeups.map { text($0.result) } == ["unavailable: refused"])
        #expect(choose() == "unavailable: refused")
        #expect(pool.waited(slot: 0) == .connect)
        #expect(choose() == "unavailable: refused")
        _ = pool.connected(slot: 1, "b", runID: "r1", now: start)
        #expect(choose() == "b")
    }

    @Test("After the loss of a stable connection commands wait for the attempt that follows at once")
    mutating func loss() {
        connectBoth()
        let later = start + .seconds(5)
        #expect(pool.connectionLost(slot: 0, refused, now: later, jitter: 0).0 == .connect)
        #expect(choose() == "b")
        #expect(pool.connectionLost(slot: 1, refused, now: later, jitter: 0).0 == .connect)
        #expect(choose() == "wait")
        #expect(text(pool.status) == "unavailable: refused")
        let wakeups = pool.attemptFailed(slot: 0, refused, jitter: 0).1
        #expect(wakeups.isEmpty)
        #expect(choose() == "unavailable: refused")
    }

    @Test("An outage begins with the loss of the last connection")
    mutating func outage() {
        connectBoth()
        _ = pool.connectionLost(slot: 0, refused, now: start + .seconds(3), jitter: 0)
        _ = pool.connectionLost(slot: 1, refused, now: start + .seconds(4), jitter: 0)
        _ = pool.attemptFailed(slot: 0, refused, jitter: 0)
        guard case .failure(.unavailable(let outage)) = pool.status else {
            Issue.record("the pool is not unavailable")
            return
        }
        #expect(outage.since == start + .seconds(4))
    }

    @Test("A connection that refused a command is not chosen again, and its successor is")
    mutating func discarding() {
        connectBoth()
        guard case .use(let lease) = pool.choose() else {
            Issue.record("no connection")
            return
        }
        pool.discard(lease, now: start)
        #expect((0..<2).map { _ in choose() } == ["b", "b"])
        _ = pool.connectionLost(slot: 0, refused, now: start + .seconds(9), jitter: 0)
        _ = pool.connected(slot: 0, "c", runID: "r2", now: start + .seconds(9))
        pool.discard(lease, now: start)
        #expect((0..<2).map { _ in choose() } == ["c", "b"])
        #expect(text(pool.status) == "r2")
    }

    @Test("A connection that comes between the decision to wait and the waiting is not missed")
    mutating func lateWaiter() {
        _ = pool.start(slot: 0)
        #expect(choose() == "wait")
        let id = pool.makeWaiterID()
        _ = pool.connected(slot: 0, "a", runID: "r1", now: start)
        #expect(pool.enqueue(1, id).map { text($0.result) } == ["a"])
        #expect(pool.cancel(id) == nil)
    }

    @Test("A waiter is cancelled once, and not woken after that")
    mutating func cancellation() {
        _ = pool.start(slot: 0)
        let first = enqueue(1)
        let second = enqueue(2)
        #expect(pool.cancel(first) == 1)
        #expect(pool.cancel(first) == nil)
        let wakeups = pool.connected(slot: 0, "a", runID: "r1", now: start)
        #expect(wakeups.map(\.waiter) == [2])
        #expect(pool.cancel(second) == nil)
    }

    @Test("Shutting down fails waiters and all later commands, and ends all attempts")
    mutating func shutDown() {
        _ = pool.start(slot: 0)
        _ = pool.start(slot: 1)
        enqueue(1)
        let wakeups = pool.shutDown()
        #expect(wakeups.map { text($0.result) } == ["shut down"])
        #expect(choose() == "shut down")
        #expect(pool.attemptFailed(slot: 0, refused, jitter: 0).0 == .nothing)
        _ = pool.connected(slot: 1, "b", runID: "r1", now: start)
        #expect(choose() == "shut down")
    }

    private mutating func connectBoth() {
        for (slot, name) in ["a", "b"].enumerated() {
            _ = pool.start(slot: slot)
            _ = pool.connected(slot: slot, name, runID: "r1", now: start)
        }
    }

    @discardableResult
    private mutating func enqueue(_ waiter: Int) -> Pool.WaiterID {
        let id = pool.makeWaiterID()
        #expect(pool.enqueue(waiter, id).isEmpty)
        return id
    }

    private mutating func choose() -> String {
        switch pool.choose() {
        case .use(let lease): lease.connection
        case .wait: "wait"
        case .fail(let refusal): text(refusal)
        }
    }

    private func text(_ result: Result<Pool.Lease, Pool.Refusal>) -> String {
        switch result {
        case .success(let lease): lease.connection
        case .failure(let refusal): text(refusal)
        }
    }

    private func text(_ result: Result<String, Pool.Refusal>) -> String {
        switch result {
        case .success(let runID): runID
        case .failure(let refusal): text(refusal)
        }
    }

    private func text(_ refusal: Pool.Refusal) -> String {
        switch refusal {
        case .unavailable(let outage): "unavailable: \(outage.reason?.message ?? "nothing tried")"
        case .shutDown: "shut down"
        }
    }
}
