import Caching
import Postgres
import Testing

@testable import ShardStore

@Suite("An operator's hand on the gate")
struct CacheHoldTests {
    @Test("A gate that is held is closed, and is not opened before it is let go")
    func hold() async throws {
        try await withShard { shard in
            let gate = CacheGateStore(pool: shard.store.pool)
            let server = GateServer(run: RunID(rawValue: "run"), nonce: GateNonce(high: 1, low: 2))
            let start = try await gate.observe(objecting: false, as: "b").row.epoch
            let isOpen = try await gate.open(after: start) { server }
            #expect(isOpen)
            try await gate.hold(true, reason: "Redis is being replaced")
            let closing = try await gate.observe(objecting: false, as: "b")
            #expect(closing.row == GateRow(epoch: start.next, mode: .closing))
            #expect(closing.reason == "Redis is being replaced")
            #expect(!closing.mayOpen)
            let isOff = try await gate.drain(start.next)
            #expect(isOff)
            // However long it has been shut.
            _ = try await shard.owner.query("UPDATE cache_gate SET closedAt = closedAt - interval '1 day'")
            let isOpenedWhileHeld = try await gate.open(after: start.next) { server }
            #expect(!isOpenedWhileHeld)
            // However often it was shut before.
            _ = try await shard.owner.query(
                "UPDATE cache_gate SET closedAt = clock_timestamp(), reopenAfter = interval '1 minute'"
            )
            try await gate.hold(false, reason: "")
            let mayOpen = try await gate.observe(objecting: false, as: "b").mayOpen
            #expect(mayOpen)
            let isOpenAgain = try await gate.open(after: start.next) { server }
            #expect(isOpenAgain)
        }
    }
}
