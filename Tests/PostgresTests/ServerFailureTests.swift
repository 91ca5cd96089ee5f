import HubTesting
import Logging
import Postgres
import Reactor
import Testing

/// What callers see when the server dies or stalls. Each test has a server of its own.
@Suite("A server that fails", .serialized)
struct ServerFailureTests {
    @Test("killed in mid-query fails everything in flight, and later calls at once")
    func killed() async throws {
        try await withOwnCluster { cluster, connection in
            let running = Task { try await connection.query("SELECT pg_sleep(60)") }
            let waiting = Task { try await connection.query("SELECT 1") }
            try await waitFor("the query to run") {
                try cluster.run(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'"
                ) != "0"
            }
            cluster.kill9()
            for task in [running, waiting] {
                let error = await #expect(throws: PostgresError.self) { try await task.value }
                #expect(error?.code == .connection)
                #expect(error?.isConnectionLoss == true)
            }
            let later = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
            #expect(later?.code == .connection)
        }
    }

    @Test("shut down by its operator says so")
    func shutDown() async throws {
        try await withOwnCluster { cluster, connection in
            let running = Task { try await connection.query("SELECT pg_sleep(60)") }
            try await waitFor("the query to run") {
                try cluster.run(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'"
                ) != "0"
            }
            cluster.stop()
            let error = await #expect(throws: PostgresError.self) { try await running.value }
            #expect(error?.code == .connection)
            #expect(error?.sqlState == "57P01")
        }
    }

    @Test("stopped for good hits the client's deadline, which closes the connection")
    func stalled() async throws {
        try await withOwnCluster { cluster, connection in
            cluster.sigstop()
            let behind = Task { try await connection.query("SELECT 1") }
            let error = await #expect(throws: PostgresError.self) {
                try await connection.query(PostgresQuery("SELECT 1").within(.milliseconds(200)))
            }
            #expect(error?.code == .timeout)
            let other = await #expect(throws: PostgresError.self) { try await behind.value }
            #expect(other?.code == .timeout)
            let later = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
            #expect(later?.code == .timeout)
            cluster.sigcont()
        }
    }

    @Test("stopped while a query is being cancelled does not hold the caller beyond its deadline")
    func stalledWhileCancelling() async throws {
        try await withOwnCluster { cluster, connection in
            let task = Task { try await connection.query(PostgresQuery("SELECT pg_sleep(60)").within(.seconds(1))) }
            try await waitFor("the query to run") {
                try cluster.run(
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'"
                ) != "0"
            }
            cluster.sigstop()
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .timeout)
            cluster.sigcont()
        }
    }

    @Test("lost after COMMIT was sent leaves the outcome unknown, and says so")
    func commitUnknown() async throws {
        try await withOwnCluster { cluster, connection in
            _ = try await connection.query("CREATE TABLE item (id int)")
            // A deferred trigger runs inside COMMIT and makes it last.
            try await connection.script(
                """
                CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION linger()
                """
            )
            let task = Task { try await connection.transact(["INSERT INTO item VALUES (1)"]) }
            try await waitFor("COMMIT to run") {
                try cluster.run("SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'")
                    != "0"
            }
            cluster.kill9()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .commitUnknown)
            #expect(error?.isConnectionLoss == true)
        }
    }

    @Test("lost before COMMIT was sent is an ordinary loss")
    func lostBeforeCommit() async throws {
        try await withOwnCluster { cluster, connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { transaction in
                    _ = try await transaction.query("SELECT 1")
                    cluster.kill9()
                    _ = try await transaction.query("SELECT 1")
                }
            }
            #expect(error?.code == .connection)
        }
    }

    private func withOwnCluster(_ body: (PostgresCluster, PostgresConnection) async throws -> Void) async throws {
        try await PostgresCluster.withCluster { cluster in
            try await PostgresConnection.withConnection(
                cluster.configuration(),
                on: testReactors.next(),
                logger: silentLogger
            ) { connection in
                try await body(cluster, connection)
            }
        }
    }
}
