import HubModel
import HubTesting
import MoveEngine
import Postgres
import ShardStore
import Synchronization
import Testing

extension MoveTests {
    @Suite("Copying")
    struct CopyTests {
        @Test("Every row of every table arrives as it was, and progress adds up")
        func everything() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                try await engine.publish()
                let last = Mutex<CopyProgress?>(nil)
                let copied = try await engine.copy(CopyOptions(streams: 3, rangeRows: 7)) { progress in
                    last.withLock { $0 = progress }
                }
                let before = try await shards.digest(of: shards.tenant, at: shards.source)
                let after = try await shards.digest(of: shards.tenant, at: shards.target)
                #expect(after == before)
                #expect(before.values.allSatisfy { !$0.hasPrefix("0 ") }, "every table has rows")
                #expect(copied.rows == copied.totalRows && copied.bytes > copied.rows * 16)
                #expect(last.withLock { $0?.rows } == copied.rows)
                try await engine.clear()
                let rows = try await engine.countRows(at: shards.target)
                #expect(rows.allSatisfy { $0.rows == 0 })
            }
        }

        @Test("A copy that dies in the middle is cleared and made again, under the next generation and attempt")
        func crash() async throws {
            try await withMove { shards in
                let first = try shards.engine()
                try await first.claimTenant()
                try await first.publish()
                let asked = Atomic<Int>(0)
                let options = CopyOptions(streams: 2, rangeRows: 5) {
                    // The second half of the copy waits for ever.
                    asked.add(1, ordering: .relaxed).newValue > 20 ? .milliseconds(20) : .zero
                }
                let copying = Task { try await first.copy(options) }
                try await waitFor("half a copy") { asked.load(ordering: .relaxed) > 20 }

                // The adopter does not wait for the one that hangs: it ends its sessions.
                let second = try shards.engine(attempt: 2, generation: 2)
                try await second.adopt()
                _ = await copying.result
                let half = try await second.countRows(at: shards.target).reduce(0) { $0 + $1.rows }
                #expect(half > 0)
                await expect(.superseded) { try await first.clear() }
                try await shards.stream(second)
                let verification = try await second.verify()
                #expect(verification.isEqual, "\(verification.findings)")
                let slots = try await shards.source.pool.query(
                    "SELECT slot_name::text FROM pg_replication_slots WHERE database = current_database()"
                ).map { try $0.decode(String.self, at: 0) }
                #expect(slots.sorted() == [second.stream.description, second.stream.trail.description])
                try await second.clear()
            }
        }

        @Test("A slot waits for open transactions no longer than it may")
        func slotTimeout() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                try await engine.publish()
                try await shards.source.pool.withTransaction { transaction in
                    _ = try await transaction.query("SELECT pg_current_xact_id()")
                    let error = await expect(.late) {
                        try await engine.copy(CopyOptions(slotTimeout: .milliseconds(200)))
                    }
                    #expect(error?.shard == shards.source.shard)
                }
                try await engine.clear()
                let copied = try await engine.copyAgain()
                #expect(copied > 0)
                try await engine.clear()
            }
        }
    }
}

extension MoveEngine {
    fileprivate func copyAgain() async throws -> Int {
        try await publish()
        return try await copy().rows
    }
}
