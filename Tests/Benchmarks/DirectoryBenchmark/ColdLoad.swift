import BenchmarkReport
import Directory
import HubTesting
import Placement
import Postgres
import Reactor

/// The time until a router that starts cold has the whole directory, beside psql reading the same rows.
struct ColdLoad {
    let configuration: PostgresConfiguration
    let reactor: Reactor
    let password: String

    init(configuration: PostgresConfiguration, reactor: Reactor, cluster: PostgresCluster) {
        self.configuration = configuration
        self.reactor = reactor
        password = cluster.password
    }

    struct Result {
        let psql: Double
        let feed: Double
        let snapshot: DirectorySnapshot
        /// Bytes by which the process grew while it loaded and kept one snapshot.
        let residentGrowth: Int
    }

    /// Loads in turn with psql, and answers the medians.
    func measure(rounds: Int) async throws -> Result {
        var psql: [Double] = []
        var feed: [Double] = []
        let before = ProcessMemory.resident()
        var kept = try await load().snapshot
        let growth = ProcessMemory.resident() - before
        for _ in 0..<rounds {
            psql.append(try readByPsql())
            let loaded = try await load()
            feed.append(loaded.seconds)
            kept = loaded.snapshot
        }
        return Result(psql: psql.median, feed: feed.median, snapshot: kept, residentGrowth: growth)
    }

    // MARK: - Private

    private func readByPsql() throws -> Double {
        let host = configuration.hosts[0]
        let clock = ContinuousClock()
        let start = clock.now
        try ChildProcess.run(
            [
                try PostgresCluster.program("psql"), "-X", "-q", "-h", host.name, "-p", String(host.port), "-U",
                configuration.user, "-d", configuration.database, "-o", "/dev/null", "-c",
                "COPY (SELECT id, subdomain, shard, epoch, state FROM tenants) TO STDOUT",
            ],
            environment: ["PGPASSWORD": password]
        )
        return (clock.now - start).seconds
    }

    /// From nothing, the connection included, to the first snapshot.
    private func load() async throws -> (snapshot: DirectorySnapshot, seconds: Double) {
        let (snapshots, continuation) = AsyncStream.makeStream(of: DirectorySnapshot.self)
        let clock = ContinuousClock()
        let start = clock.now
        let feed = DirectoryFeed(
            configuration: configuration,
            reactor: reactor,
            file: nil,
            logger: logger,
            onSnapshot: { continuation.yield($0) }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await feed.run() }
            defer { group.cancelAll() }
            for await snapshot in snapshots { return (snapshot, (clock.now - start).seconds) }
            throw CancellationError()
        }
    }
}
