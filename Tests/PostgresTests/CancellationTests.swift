import HubTesting
import Testing

@testable import Postgres

@Suite("Cancelling a task")
struct CancellationTests {
    @Test("ends its query at the server, and the connection goes on")
    func runningQuery() async throws {
        try await withConnection { connection in
            let task = Task { try await connection.query("SELECT pg_sleep(60)") }
            try await waitUntilActive(connection, "pg_sleep(60)")
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("before the query was sent costs nothing")
    func beforehand() async throws {
        try await withConnection { connection in
            let task = Task {
                try await Task.sleep(for: .seconds(60))
            }
            task.cancel()
            _ = await task.result
            let cancelled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await connection.query("SELECT pg_sleep(60)")
            }
            let error = await #expect(throws: PostgresError.self) { try await cancelled.value }
            #expect(error?.code == .cancelled)
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("hits none of the neighbours in the same pipeline")
    func neighbours() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE done (id int)")
            let victims = (0..<20).map { number in
                (
                    Task { try await connection.query("SELECT pg_sleep(\(number % 2 == 0 ? 60.0 : 0.001)::float8)") },
                    Task { try await connection.query("INSERT INTO done VALUES (\(number))") }
                )
            }
            try await waitUntilActive(connection, "pg_sleep")
            for (number, (victim, _)) in victims.enumerated() where number % 2 == 0 { victim.cancel() }
            for (number, (victim, neighbour)) in victims.enumerated() {
                if number % 2 == 0 {
                    let error = await #expect(throws: PostgresError.self) { try await victim.value }
                    #expect(error?.code == .cancelled)
                } else {
                    #expect(try await victim.value.count == 1)
                }
                #expect(try await neighbour.value.affectedRows == 1)
            }
            #expect(try await connection.value(Int.self, "SELECT count(*) FROM done") == 20)
        }
    }

    @Test("at random moments resumes every caller exactly once and leaves the connection usable")
    func atRandom() async throws {
        try await withConnection { connection in
            var seed = SystemRandomNumberGenerator()
            let tasks = (0..<300).map { number in
                Task { try await connection.query("SELECT pg_sleep(\(Double(number % 5) / 1000)), \(number)") }
            }
            for task in tasks where Bool.random(using: &seed) {
                if Int.random(in: 0..<10, using: &seed) == 0 { try await Task.sleep(for: .milliseconds(1)) }
                task.cancel()
            }
            for (number, task) in tasks.enumerated() {
                do {
                    #expect(try await task.value.single().decode(Int.self, at: 1) == number)
                } catch let error as PostgresError {
                    #expect(error.code == .cancelled)
                }
            }
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("rolls its transaction back")
    func inTransaction() async throws {
        try await withConnection { connection in
            _ = try await connection.query("CREATE TABLE item (id int)")
            let task = Task {
                try await connection.withTransaction { transaction in
                    _ = try await transaction.query("INSERT INTO item VALUES (1)")
                    _ = try await transaction.query("SELECT pg_sleep(60)")
                }
            }
            try await waitUntilActive(connection, "pg_sleep(60)")
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            let answer = try await connection.value(Int.self, "SELECT count(*) FROM item")
            #expect(answer == 0)
        }
    }

    @Test("ends a script at the server")
    func script() async throws {
        try await withConnection { connection in
            let task = Task { try await connection.script("SELECT 1; SELECT pg_sleep(60)") }
            try await waitUntilActive(connection, "pg_sleep(60)")
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("is not needed for a statement that exceeds the server's own limit, which is told apart")
    func statementTimeout() async throws {
        try await withConnection({ $0.statementTimeout = .milliseconds(50) }) { connection in
            let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT pg_sleep(60)") }
            #expect(error?.code == .timeout)
            #expect(error?.sqlState == "57014")
            let answer = try await connection.value(Int.self, "SELECT 1")
            #expect(answer == 1)
        }
    }

    private func waitUntilActive(_ connection: PostgresConnection, _ text: String) async throws {
        let database = connection.configuration.database
        let count = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = '\(database)' AND state = 'active' AND query LIKE '%\(text)%'
            """
        try await waitFor("the query to run") { try PostgresCluster.shared.run(count) != "0" }
    }
}
