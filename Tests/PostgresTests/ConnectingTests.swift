import HubTesting
import Logging
import Postgres
import Reactor
import Testing

/// A reactor that no other test keeps busy, since these tests are about time limits.
// swift-format-ignore: NeverUseForceTry
private let reactor = try! Reactor(name: "connecting")

@Suite("Connecting")
struct ConnectingTests {
    private func connect(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
        try await PostgresConnection.connect(configuration, on: reactor, logger: silentLogger)
    }

    private func failure(_ configuration: PostgresConfiguration) async -> PostgresError? {
        await #expect(throws: PostgresError.self) { try await connect(configuration) }
    }

    @Test(
        "fails with an authentication error that names server and user when the password is wrong, and never shows it"
    )
    func wrongPassword() async throws {
        var configuration = try PostgresCluster.shared.configuration()
        configuration.password = "open-sesame"
        let error = await failure(configuration)
        #expect(error?.code == .authentication)
        #expect(error?.sqlState == "28P01")
        let text = "\(error!)"
        #expect(text.contains("password authentication failed"))
        #expect(text.contains("127.0.0.1:\(try PostgresCluster.shared.port)/postgres as hub_admin"))
        #expect(!"\(error!) \(configuration) \(String(reflecting: configuration))".contains("sesame"))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("sesame"))
    }

    @Test("fails with an authentication error when the database does not exist")
    func unknownDatabase() async throws {
        let error = await failure(try PostgresCluster.shared.configuration(database: "nowhere"))
        #expect(error?.code == .authentication)
        #expect(error?.sqlState == "3D000")
        #expect(error?.message.contains("\"nowhere\" does not exist") == true)
    }

    @Test("takes a database name literally, even one that looks like a connection string")
    func databaseNameIsNoConnectionString() async throws {
        for name in ["dbname=postgres", "postgresql://127.0.0.1/postgres"] {
            let error = await failure(try PostgresCluster.shared.configuration(database: name))
            #expect(error?.sqlState == "3D000", "\(name)")
        }
    }

    @Test("fails at once when nobody listens, and says where")
    func refused() async throws {
        let port = try freePort()
        let error = await failure(PostgresConfiguration(host: "127.0.0.1", port: port, database: "x", user: "y"))
        #expect(error?.code == .connection)
        #expect("\(error!)".contains("127.0.0.1:\(port)/x as y"))
        #expect(error?.message.contains("refused") == true)
    }

    @Test("gives up on a server that accepts and never answers")
    func silentServer() async throws {
        let server = try SilentServer()
        var configuration = PostgresConfiguration(host: "127.0.0.1", port: server.port, database: "x", user: "y")
        configuration.connectTimeout = .milliseconds(200)
        let start = ContinuousClock.now
        let error = await failure(configuration)
        #expect(error?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test("can be cancelled while the server is silent")
    func cancelled() async throws {
        let server = try SilentServer()
        let configuration = PostgresConfiguration(host: "127.0.0.1", port: server.port, database: "x", user: "y")
        let task = Task { try await connect(configuration) }
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test("fails when a host name does not exist")
    func unknownHost() async throws {
        let error = await failure(PostgresConfiguration(host: "no-such-host.invalid", database: "x", user: "y"))
        #expect(error?.code == .connection)
        #expect(error?.message.contains("no-such-host.invalid") == true)
    }

    @Test("finds the writable server when the first host is dead, the second silent and the third read-only")
    func multipleHosts() async throws {
        let cluster = try PostgresCluster.shared
        try await PostgresCluster.withCluster { readOnly in
            // One password for both, since a configuration has only one.
            try readOnly.run(
                "ALTER ROLE hub_admin PASSWORD '\(cluster.password)'; "
                    + "ALTER ROLE hub_admin SET default_transaction_read_only = on"
            )
            let silent = try SilentServer()
            var configuration = cluster.configuration()
            configuration.hosts = [
                PostgresHost("127.0.0.1", try freePort()), PostgresHost("127.0.0.1", silent.port),
                PostgresHost("127.0.0.1", readOnly.port), PostgresHost("localhost", cluster.port),
            ]
            configuration.targetSession = .readWrite
            configuration.connectTimeout = .seconds(3)
            let writable = try await connect(configuration)
            #expect(try await writable.value(Int.self, "SHOW port") == cluster.port)
            await writable.close()

            configuration.hosts = [configuration.hosts[3], configuration.hosts[2]]
            configuration.targetSession = .readOnly
            let other = try await connect(configuration)
            #expect(try await other.value(Int.self, "SHOW port") == readOnly.port)
            await other.close()

            configuration.hosts = [configuration.hosts[1], configuration.hosts[1]]
            configuration.targetSession = .readWrite
            let error = await failure(configuration)
            #expect(error?.code == .connection)
            #expect(error?.message.contains("session is read-only") == true)
        }
    }

    @Test("leaves no session behind, whether it ends well or badly")
    func noSessionIsLeft() async throws {
        try await PostgresCluster.shared.withDatabase { configuration in
            for _ in 0..<5 {
                await #expect(throws: PostgresError.self) {
                    try await PostgresConnection.withConnection(
                        configuration,
                        on: reactor,
                        logger: silentLogger
                    ) { connection in
                        _ = try await connection.query("SELECT 1")
                        _ = try await connection.query("SELECT nonsense")
                    }
                }
            }
            let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(configuration.database)'"
            try await waitFor("the sessions to end") { try PostgresCluster.shared.run(count) == "0" }
        }
    }
}
