import BenchmarkReport
import FoundationEssentials
import HubTesting
import Postgres

/// The peer: PostgreSQL's own load generator.
struct Pgbench {
    private let program: String
    private let arguments: [String]
    private let environment: [String: String]

    /// Fills the database with pgbench's tables.
    init(configuration: PostgresConfiguration, password: String, scale: Int) throws {
        program = try PostgresCluster.program("pgbench")
        arguments = [
            "-h", configuration.hosts[0].name, "-p", String(configuration.hosts[0].port), "-U", configuration.user,
            configuration.database,
        ]
        environment = ["PGPASSWORD": password]
        try ChildProcess.run([program, "-i", "-q", "-s", String(scale)] + arguments, environment: environment)
    }

    func selectOnly(connections: Int, seconds: Int) async throws -> Measurement {
        try await run(["-S", "-M", "prepared"], connections: connections, seconds: seconds, queriesEach: 1)
    }

    /// The same query, that many to a pipeline and a round trip.
    func pipelined(connections: Int, depth: Int, seconds: Int) async throws -> Measurement {
        var script = "\\startpipeline\n"
        for _ in 0..<depth {
            script += "\\set aid random(1, 100000 * :scale)\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"
        }
        script += "\\endpipeline\n"
        let file = FileManager.default.temporaryDirectory.appending(path: "hub-bench-\(UUID().uuidString).sql")
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await run(
            ["-n", "-M", "prepared", "-f", file.path],
            connections: connections,
            seconds: seconds,
            queriesEach: depth
        )
    }

    // MARK: - Private

    private func run(_ options: [String], connections: Int, seconds: Int, queriesEach: Int) async throws -> Measurement
    {
        var measurement = try await Measurement.of(.children) {
            let clients = ["-c", String(connections), "-j", "1", "-T", String(seconds)]
            let output = try ChildProcess.run([program] + options + clients + arguments, environment: environment)
            return try transactions(in: output) * queriesEach
        }
        // pgbench's own start and end are not part of its seconds.
        measurement.wall = .seconds(seconds)
        return measurement
    }

    private func transactions(in output: String) throws -> Int {
        for line in output.split(separator: "\n") where line.hasPrefix("number of transactions actually processed:") {
            if let number = line.split(separator: " ").compactMap({ Int($0.split(separator: "/")[0]) }).first {
                return number
            }
        }
        throw Unreadable(output: output)
    }

    struct Unreadable: Error {
        let output: String
    }
}
