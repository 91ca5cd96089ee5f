package import ControlApp
import Credentials
import Directory
import HubModel
import HubTesting
package import HubWeb
import HubWire
package import Observability
import Postgres
import Testing
import Topology

/// A control process in this process, on ports of its own.
package struct RunningControl: Sendable {
    package static let superAdmin = "superadmin@system.com"
    package static let password = "Admin@123"

    package let port: Int
    package let adminPort: Int
    /// Everything it serves.
    package let routes: [RouteName]
    package let registry: PrometheusRegistry

    /// Lends a running control process whose directory has the region `us` with the shard `us-1`.
    ///
    /// - Parameters:
    ///   - backends: the ports of the shard's backends.
    ///   - isPrepared: whether the directory has been filled by an earlier one.
    ///   - change: what is to be different from the usual configuration.
    ///   - now: its clock.
    package static func with<Answer: Sendable>(
        _ databases: HubDatabases,
        backends: [Int],
        isPrepared: Bool = false,
        change: (inout ControlConfiguration) -> Void = { _ in },
        now: @escaping WallClock = Timestamp.now,
        _ body: @Sendable (RunningControl) async throws -> Answer
    ) async throws -> Answer {
        if !isPrepared { try await prepare(databases, backends: backends) }
        var configuration = try configuration(databases)
        change(&configuration)
        let registry = PrometheusRegistry(catalog: MetricDescription.serving)
        let (ports, report) = AsyncStream.makeStream(of: ServingPorts.self)
        let control = try Control.build(
            configuration,
            registry: registry,
            logger: .silent,
            now: now,
            onListening: { report.yield($0) }
        )
        let routes = control.routes
        return try await running {
            defer { report.finish() }
            try await control.run()
        } while: { _ in
            var iterator = ports.makeAsyncIterator()
            guard let ports = await iterator.next() else { throw CancellationError() }
            let control = RunningControl(
                port: ports.requests,
                adminPort: ports.admin,
                routes: routes,
                registry: registry
            )
            try await waitFor("control to be ready") { try await control.stranger.get("/ready").status == 200 }
            return try await body(control)
        }
    }

    // MARK: Asking it

    /// A client without an account.
    package var stranger: WebClient { WebClient(port: port) }

    /// The super admin, signed in.
    package func operatorClient() async throws -> WebClient {
        let answer = try await stranger.post(
            "/api/auth/login",
            LoginRequest(email: RunningControl.superAdmin, password: RunningControl.password)
        )
        try #require(answer.status == 200, "\(answer.text)")
        return stranger.bearing(try answer.decode(LoginAnswer.self).token)
    }

    // MARK: - Private

    private static func prepare(_ databases: HubDatabases, backends: [Int]) async throws {
        let hash = try await PasswordHasher(cost: 4).hash(password)
        let email = try #require(EmailAddress(superAdmin))
        let (region, shard) = (try #require(RegionID("us")), try #require(ShardID("us-1")))
        let topology = DirectoryTopology(
            regions: [RegionRecord(id: region, name: "United States")],
            shards: [DirectoryTopology.Shard(id: shard, region: region, weight: 1, initialState: .open)],
            backends: try backends.enumerated().map { number, port in
                BackendRecord(
                    name: try #require(ProcessName("backend-us-1-\(number)")),
                    shard: shard,
                    host: "127.0.0.1",
                    port: port,
                    adminHost: "127.0.0.1",
                    adminPort: port
                )
            }
        )
        try await withPool(databases.cluster.configuration(database: databases.directory)) { pool in
            let store = DirectoryStore(pool: pool)
            _ = try await store.apply(topology)
            _ = try await store.createSuperAdmin(
                email: email,
                fullName: "Super Admin",
                passwordHash: hash,
                OperatorContext()
            )
        }
    }

    private static func configuration(_ databases: HubDatabases) throws -> ControlConfiguration {
        var configuration = try ControlConfiguration(
            name: "control",
            topology: databases.topology(stateDirectory: "unused"),
            secrets: Secrets(environment: databases.secrets)
        )
        configuration.listen = Endpoint(host: "127.0.0.1", port: 0)
        configuration.admin = Endpoint(host: "127.0.0.1", port: 0)
        configuration.passwordCost = 4
        configuration.signUpTiming.janitorInterval = .milliseconds(50)
        return configuration
    }
}
