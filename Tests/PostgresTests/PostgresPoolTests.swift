import HubTesting
import Logging
import Postgres
import Reactor
import Testing

@Suite("A pool")
struct PostgresPoolTests {
    /// Lends a pool on a database of its own.
    private func withPool(
        _ limits: PostgresPoolLimits = PostgresPoolLimits(maximum: 4, acquireTimeout: .seconds(60)),
        _ body: @Sendable (PostgresPool, PostgresConfiguration) async throws -> Void
    ) async throws {
        try await PostgresCluster.shared.withDatabase { configuration in
            try await withPool(configuration, limits) { try await body($0, configuration) }
        }
    }

    private func withPool(
        _ configuration: PostgresConfiguration,
        _ limits: PostgresPoolLimits,
        _ body: @Sendable (PostgresPool) async throws -> Void
    ) async throws {
        let pool = PostgresPool(
            configuration: configuration,
            limits: limits,
            reactors: testReactors,
            logger: silentLogger
        )
        let running = Task { await pool.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(pool))
        } catch {
            result = .failure(error)
        }
        running.cancel()
        await running.value
        try result.get()
    }

    private func sessions(_ configuration: PostgresConfiguration) throws -> Int {
        Int(
            try PostgresCluster.shared.run(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(configuration.database)'"
            )
        )!
    }

    @Test("answers ten thousand callers at once with no more connections than it may have")
    func tenThousandCallers() async throws {
        try await withPool(PostgresPoolLimits(maximum: 8, maximumWaiting: 20_000, acquireTimeout: .seconds(60))) {
            pool,
            configuration in
            let right = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<10_000 {
                    group.addTask { try await pool.query("SELECT \(number)").single().decode(Int.self) == number }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 10_000)
            #expect(try sessions(configuration) <= 8)
            let stats = pool.stats
            #expect(stats.leased == 0 && stats.waiting == 0 && stats.total <= 8 && stats.acquired >= 10_000)
        }
    }

    @Test("leaks no connection and loses no caller when tasks are cancelled at random")
    func randomCancellation() async throws {
        try await withPool { pool, configuration in
            _ = try await pool.query("CREATE TABLE item (id int)")
            let outcomes = await withTaskGroup(of: Result<Void, any Error>.self) { group in
                for number in 0..<400 {
                    let task = Task {
                        if number % 2 == 0 {
                            _ = try await pool.query("SELECT pg_sleep(\(Double(number % 7) / 1000))")
                        } else {
                            try await pool.withTransaction { transaction in
                                _ = try await transaction.query("INSERT INTO item VALUES (\(number))")
                                _ = try await transaction.query("SELECT pg_sleep(\(Double(number % 7) / 1000))")
                                _ = try await transaction.query("DELETE FROM item WHERE id = \(number)")
                            }
                        }
                    }
                    group.addTask {
                        if number % 3 == 0 {
                            try? await Task.sleep(for: .microseconds(Int.random(in: 0..<20_000)))
                            task.cancel()
                        }
                        return await task.result
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let finished = outcomes.count { (try? $0.get()) != nil }
            let cancelled = outcomes.count { outcome in
                guard case .failure(let error as PostgresError) = outcome else { return false }
                return error.code == .cancelled
            }
            #expect(finished + cancelled == 400)
            #expect(finished >= 266)
            let stats = pool.stats
            #expect(stats.leased == 0 && stats.waiting == 0 && stats.total <= 4)
            #expect(try sessions(configuration) <= 4)
            // Nobody was left in a transaction, and no half of one was kept.
            let left = try await pool.query("SELECT count(*) FROM item").single().decode(Int.self)
            #expect(left == 0)
        }
    }

    @Test("lets go of a caller that is cancelled while it waits")
    func cancelledWaiter() async throws {
        try await withPool(PostgresPoolLimits(maximum: 1, acquireTimeout: .seconds(60))) { pool, _ in
            try await pool.withConnection { _ in
                let waiter = Task { try await pool.query("SELECT 1") }
                try await waitFor("the caller to wait") { pool.stats.waiting == 1 }
                waiter.cancel()
                let error = await #expect(throws: PostgresError.self) { try await waiter.value }
                #expect(error?.code == .cancelled)
                #expect(pool.stats.waiting == 0)
            }
            _ = try await pool.query("SELECT 1")
        }
    }

    @Test("tells callers why they got no connection in time")
    func exhausted() async throws {
        let limits = PostgresPoolLimits(maximum: 1, maximumWaiting: 1, acquireTimeout: .milliseconds(100))
        try await withPool(limits) { pool, _ in
            try await waitFor("a connection") { (try? await pool.query("SELECT 1")) != nil }
            try await pool.withConnection { _ in
                let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                #expect(error?.code == .poolExhausted)
                #expect(error?.message.contains("1 of 1 are in use") == true)
            }
        }
    }

    @Test("tells callers at once when too many wait for a connection")
    func crowded() async throws {
        let limits = PostgresPoolLimits(maximum: 1, maximumWaiting: 1, acquireTimeout: .seconds(60))
        try await withPool(limits) { pool, _ in
            try await pool.withConnection { _ in
                let waiter = Task { try await pool.query("SELECT 1") }
                try await waitFor("the caller to wait") { pool.stats.waiting == 1 }
                let second = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                #expect(second?.code == .poolExhausted)
                waiter.cancel()
                _ = await waiter.result
            }
        }
    }

    @Test("closes a connection that comes back in a transaction")
    func dirtyConnection() async throws {
        try await withPool(PostgresPoolLimits(maximum: 1, acquireTimeout: .seconds(60))) { pool, _ in
            let first = try await pool.withConnection { connection in
                _ = try await connection.query("BEGIN")
                return try await connection.query("SELECT pg_backend_pid()").single().decode(Int.self)
            }
            let second = try await pool.query("SELECT pg_backend_pid()").single().decode(Int.self)
            #expect(first != second)
        }
    }

    @Test("fails fast while the server is away, and comes back by itself")
    func outage() async throws {
        try await PostgresCluster.withCluster { cluster in
            let limits = PostgresPoolLimits(maximum: 2, acquireTimeout: .seconds(60), failFastAfter: .milliseconds(300))
            try await withPool(cluster.configuration(), limits) { pool in
                _ = try await pool.query("SELECT 1")
                cluster.kill9()
                try await waitFor("the loss to be noticed") { pool.stats.total == 0 }
                for _ in 0..<3 {
                    let start = ContinuousClock.now
                    let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                    #expect(error?.code == .connection)
                    #expect(error?.message.contains("refused") == true)
                    #expect(ContinuousClock.now - start < .seconds(30))
                }
                #expect(pool.stats.isDown)
                try cluster.start()
                try await waitFor("the pool to come back") { (try? await pool.query("SELECT 1")) != nil }
                #expect(!pool.stats.isDown)
            }
        }
    }

    @Test("tells callers that the password is wrong")
    func wrongPassword() async throws {
        var configuration = try PostgresCluster.shared.configuration()
        configuration.password = "wrong"
        try await withPool(
            configuration,
            PostgresPoolLimits(acquireTimeout: .seconds(60), failFastAfter: .milliseconds(50))
        ) { pool in
            let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
            #expect(error?.code == .authentication)
            let stats = pool.stats
            #expect(stats.connectFailures > 0)
        }
    }

    @Test("ends: it refuses callers, waits for those it has, and leaves no session")
    func ending() async throws {
        try await PostgresCluster.shared.withDatabase { configuration in
            let pool = PostgresPool(
                configuration: configuration,
                limits: PostgresPoolLimits(minimum: 2, maximum: 3),
                reactors: testReactors,
                logger: silentLogger
            )
            let running = Task { await pool.run() }
            try await waitFor("the minimum") { pool.stats.idle == 2 }
            let user = Task { try await pool.query("SELECT pg_sleep(0.2)") }
            try await waitFor("the user") { pool.stats.leased == 1 }
            running.cancel()
            await running.value
            #expect(try await user.value.count == 1)
            let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
            #expect(error?.code == .poolClosed)
            try await waitFor("the sessions to end") { try sessions(configuration) == 0 }
        }
    }

    @Test("transacts in one round trip and lends transactions")
    func transactions() async throws {
        try await withPool { pool, _ in
            _ = try await pool.query("CREATE TABLE item (id int PRIMARY KEY)")
            let rows = try await pool.transact(
                prologue: ["SELECT 1"],
                ["INSERT INTO item VALUES (1)", "SELECT id FROM item"]
            )
            #expect(rows.count == 2)
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transact(["INSERT INTO item VALUES (2)", "INSERT INTO item VALUES (1)"])
            }
            #expect(error?.isUniqueViolation == true)
            let ids = try await pool.withTransaction { try await $0.query("SELECT id FROM item").decode(Int.self) }
            #expect(ids == [1])
            #expect(pool.stats.total == 1)
        }
    }
}
