import BenchmarkReport
import Logging
import Postgres
import Reactor

/// The same look-ups through the driver.
struct DriverLoad {
    let configuration: PostgresConfiguration
    let reactors: ReactorGroup
    let accounts: Int

    /// Keeps that many queries in flight on each of that many connections.
    func run(connections: Int, inFlight: Int, seconds: Int) async throws -> Measurement {
        var opened: [PostgresConnection] = []
        for _ in 0..<connections {
            opened.append(
                try await PostgresConnection.connect(configuration, on: reactors.next(), logger: Logger(label: "bench"))
            )
        }
        let lent = opened
        let measurement = try await Measurement.of(.thisProcess) {
            let deadline = ContinuousClock.now + .seconds(seconds)
            return try await withThrowingTaskGroup(of: Int.self) { group in
                for connection in lent {
                    for _ in 0..<inFlight {
                        group.addTask { try await lookUp(on: connection, until: deadline) }
                    }
                }
                return try await group.reduce(0, +)
            }
        }
        for connection in lent { await connection.close() }
        return measurement
    }

    // MARK: - Private

    private func lookUp(on connection: PostgresConnection, until deadline: ContinuousClock.Instant) async throws -> Int
    {
        var count = 0
        while ContinuousClock.now < deadline {
            let account = Int.random(in: 1...accounts)
            let rows = try await connection.query("SELECT abalance FROM pgbench_accounts WHERE aid = \(account)")
            _ = try rows.single().decode(Int.self, at: 0)
            count += 1
        }
        return count
    }
}
