import HubTesting
import Postgres
import Reactor
import Testing

@Suite("A primary that was replaced")
struct TimelineTests {
    @Test("It is not connected to when it comes back, whether its successor is known already or only there")
    func replaced() async throws {
        try await PostgresCluster.withCluster { old in
            try await PostgresCluster.withReplica(of: old) { new in
                old.stop()
                try new.run("SELECT pg_promote()")
                try old.start()
                var configuration = old.configuration()
                configuration.hosts = [old, new].map { PostgresHost("127.0.0.1", $0.port) }
                configuration.targetSession = .readWrite
                let reactors = try ReactorGroup(count: 1)
                defer { reactors.shutdown() }
                func port() async throws -> Int {
                    try await PostgresConnection.withConnection(
                        configuration,
                        on: reactors.next(),
                        logger: silentLogger
                    ) {
                        try await $0.query("SELECT current_setting('port')::int").single().decode(Int.self)
                    }
                }
                // By itself it is as good as any: its clients must be told.
                #expect(try await port() == old.port)
                let watch = TimelineWatch()
                configuration.timelines = watch
                #expect(try await port() == new.port)
                #expect(watch.current == 2)
                #expect(try await port() == new.port)
                configuration.hosts.removeLast()
                let error = await #expect(throws: PostgresError.self) { _ = try await port() }
                #expect(error?.message.contains("the server was replaced: it is of timeline 1") == true)
                // A pool that learns of it lends none of the connections it has.
                configuration.timelines = TimelineWatch()
                try await PostgresPool.withPool(configuration) { pool in
                    _ = try await pool.query("SELECT 1")
                    configuration.timelines?.note(2)
                    let refusal = await #expect(throws: PostgresError.self) { _ = try await pool.query("SELECT 1") }
                    #expect(refusal?.message.contains("was replaced") == true, "\(String(describing: refusal))")
                }
            }
        }
    }
}
