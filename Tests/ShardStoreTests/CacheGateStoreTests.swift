import Caching
import HubModel
import HubTesting
import Postgres
import Testing

@testable import ShardStore

@Suite("The gate of a shard's cache", .serialized)
struct CacheGateStoreTests {
    private let server = GateServer(run: RunID(rawValue: "run"), nonce: GateNonce(high: 1, low: .max))
    private let first = GateEpoch(rawValue: 0)

    @Test("It begins off, and its verbs do what those of the model do, step by step")
    func differential() async throws {
        try await withShard { shard in
            let store = CacheGateStore(pool: shard.app)
            var random = SplitMix64(seed: 9)
            var model = GateRow(epoch: first)
            var done = 0
            for step in 0..<250 {
                let observation = try await store.observe(objecting: false, as: "a")
                #expect(observation.row == model, "step \(step)")
                // It is no model of time: what opens may.
                _ = try await shard.owner.query("UPDATE cache_gate SET closedAt = closedAt - interval '1 hour'")
                let shift: Int64 = [0, 0, 0, 0, 1, -1].randomElement(using: &random) ?? 0
                let epoch = GateEpoch(rawValue: max(0, model.epoch.rawValue + shift))
                let server = GateServer(run: RunID(rawValue: "run \(step)"), nonce: GateNonce(using: &random))
                let (actual, expected): (Bool, Bool) =
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: (try await store.close(epoch, reason: "step"), model.close(epoch))
                    case 1: (try await store.drain(epoch), model.drain(epoch))
                    default: (try await store.open(after: epoch) { server }, model.open(after: epoch, server))
                    }
                #expect(actual == expected, "step \(step)")
                if actual { done += 1 }
            }
            #expect(done > 40 && model.epoch.rawValue > 12, "most steps are refused, not all")
        }
    }

    @Test("A short opening doubles the time until the next, up to a minute; a long one makes it a second again")
    func flapping() async throws {
        try await withShard { shard in
            let store = CacheGateStore(pool: shard.app)
            var epoch = first
            var waits: [Int] = []
            for lifetime in [0, 0, 0, 0, 0, 0, 0, 31, 0] {
                let isOpened = try await store.open(after: epoch) { server }
                #expect(isOpened)
                epoch = epoch.next
                _ = try await shard.owner.query(
                    "UPDATE cache_gate SET openedAt = openedAt - make_interval(secs => \(Double(lifetime)))"
                )
                let isClosed = try await store.close(epoch, reason: "a test")
                let isDrained = try await store.drain(epoch)
                #expect(isClosed && isDrained)
                // It closes an hour from now: on a busy machine the wait may be over before it is asked about.
                _ = try await shard.owner.query("UPDATE cache_gate SET closedAt = closedAt + interval '1 hour'")
                let isEarly = try await store.observe(objecting: false, as: "a")
                #expect(!isEarly.mayOpen && isEarly.reason == "a test")
                let isRefused = try await store.open(after: epoch) {
                    Issue.record("too early to touch Redis")
                    return nil
                }
                #expect(!isRefused)
                waits.append(
                    try await shard.owner.query("SELECT extract(epoch FROM reopenAfter)::int FROM cache_gate")
                        .single().decode(Int.self, at: 0)
                )
                _ = try await shard.owner.query(
                    "UPDATE cache_gate SET closedAt = closedAt - interval '1 hour' - reopenAfter"
                )
                let isLater = try await store.observe(objecting: false, as: "a")
                #expect(isLater.mayOpen)
            }
            #expect(waits == [2, 4, 8, 16, 32, 60, 60, 1, 2])
        }
    }

    @Test("An objection counts for others until it is withdrawn or old, and its backend's own does not")
    func objections() async throws {
        try await withShard { shard in
            let store = CacheGateStore(pool: shard.app)
            for (isObjecting, name, isObjected) in [
                (true, "a", false), (true, "a", false), (false, "b", true), (false, "a", false), (false, "b", false),
                (true, "a", false), (false, "b", true),
            ] {
                let observation = try await store.observe(objecting: isObjecting, as: name)
                #expect(observation.isObjected == isObjected)
            }
            _ = try await shard.owner.query("UPDATE cache_objections SET at = at - interval '4 seconds'")
            let later = try await store.observe(objecting: false, as: "b")
            #expect(!later.isObjected)
        }
    }

    @Test("Openers take turns: only one of many touches Redis and opens")
    func openers() async throws {
        try await withShard { shard in
            let store = CacheGateStore(pool: shard.app)
            let installed = Counter()
            let opened = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await store.open(after: first) {
                            installed.add()
                            return GateServer(run: server.run, nonce: GateNonce(high: 0, low: UInt64(number)))
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect((opened, installed.value) == (1, 1))
        }
    }

    @Test("What could not be installed in Redis is not opened, and the next may try")
    func notInstalled() async throws {
        try await withShard { shard in
            let store = CacheGateStore(pool: shard.app)
            let isOpenedByNobody = try await store.open(after: first) { nil }
            let row = try await store.observe(objecting: false, as: "a").row
            let isOpened = try await store.open(after: first) { server }
            #expect((isOpenedByNobody, isOpened) == (false, true))
            #expect(row == GateRow(epoch: first))
        }
    }

    @Test("A write in flight keeps the gate shut, and one that comes while it is opened waits and sees it open")
    func writers() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let store = CacheGateStore(pool: shard.app)
            let fence = RecordingFence()
            let writer = shard.store(fencing: .by(fence))
            try await writer.withWrite(tenant.context) { transaction in
                _ = try await transaction.projects.create(NewProject(name: "P"))
                let isOpened = try await store.open(after: first) { server }
                #expect(!isOpened)
            }
            let write = try await withThrowingTaskGroup(of: Void.self) { group in
                let isOpened = try await store.open(after: first) {
                    group.addTask {
                        _ = try await writer.withWrite(tenant.context) {
                            try await $0.projects.create(NewProject(name: "Q"))
                        }
                    }
                    try? await waitFor("the write to wait", within: .seconds(3)) {
                        try await shard.waitingForLock() == 1
                    }
                    return server
                }
                try await group.waitForAll()
                return isOpened
            }
            #expect(write)
            #expect(fence.raised.map(\.row) == [GateRow(epoch: first), fence.raised.last?.row])
            #expect(fence.raised.last?.row.mode == .on(server))
        }
    }

    @Test("A reason is cut to what the column takes")
    func reason() async throws {
        try await withShard { shard in
            let store = CacheGateStore(pool: shard.app)
            _ = try await store.open(after: first) { server }
            #expect(try await store.close(first.next, reason: "é\0" + String(repeating: "x", count: 400)))
            let reason = try await store.observe(objecting: false, as: "a").reason
            #expect(reason == "é" + String(repeating: "x", count: 299))
        }
    }

    @Test("The application's role can neither add nor remove a gate, and no row is half open")
    func privileges() async throws {
        try await withShard { shard in
            for statement: PostgresQuery in [
                "INSERT INTO cache_gate DEFAULT VALUES", "DELETE FROM cache_gate", "TRUNCATE cache_gate",
                "UPDATE cache_gate SET isOnly = false",
            ] {
                await expectRefusal("42501") { try await shard.asApp(nil, statement) }
            }
            for statement: PostgresQuery in [
                "UPDATE cache_gate SET mode = 'on'", "UPDATE cache_gate SET mode = 'ajar'",
                "UPDATE cache_gate SET epoch = -1", "UPDATE cache_gate SET serverRun = 'x'",
                "UPDATE cache_gate SET mode = 'on', serverRun = 'x', nonce = 'short'",
                "UPDATE cache_gate SET mode = 'on', nonce = decode('00112233445566778899aabbccddeeff', 'hex')",
                "UPDATE cache_gate SET reopenAfter = interval '1 hour'",
            ] {
                await expectRefusal("23514") { try await shard.asApp(nil, statement) }
            }
            await expectRefusal("23514") {
                try await shard.owner.query("INSERT INTO cache_gate (isOnly) VALUES (false)")
            }
        }
    }
}
