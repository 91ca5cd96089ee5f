import Glibc
import HubModel
import Postgres
import Topology

/// Stops and starts the server of a database with the commands of the topology.
struct ServerSwitch: Sendable {
    let target: BackupTarget
    let access: BackupAccess

    var isRunning: Bool { ClusterFolder.server(of: target.data) != nil }

    /// Stops it and waits until it is gone.
    func stop() async throws {
        let outcome = try await shell(target.stop)
        // The command may fail where nothing runs; what counts is that nothing does.
        guard try await until(within: .seconds(120), { !isRunning }) else {
            throw OperatorError(
                .failed,
                "PostgreSQL of \(target.described) still runs in \(target.data) after backups.stop (status \(outcome.status)\(words(of: outcome))): correct that command"
            )
        }
    }

    /// Starts it and waits until it takes writes.
    func start() async throws {
        let outcome = try await shell(target.start)
        var last = "it does not answer"
        let isUp = try await until(within: .seconds(300)) {
            do {
                return try await access.withSession(target, database: "postgres") { connection in
                    try await !connection.query("SELECT pg_is_in_recovery()").single().decode(Bool.self, at: 0)
                }
            } catch let error as OperatorError {
                last = error.message
                // What waiting does not change.
                if error.status == .usage || error.status == .wrongSchema { throw error }
                return false
            }
        }
        guard isUp else {
            throw OperatorError(
                .unreachable,
                "PostgreSQL of \(target.described) did not start within five minutes after backups.start (status \(outcome.status)\(words(of: outcome))): \(last)"
            )
        }
    }

    // MARK: - Private

    private func shell(_ command: String) async throws -> ExternalProgram.Outcome {
        try await ExternalProgram(arguments: ["/bin/sh", "-c", command]).run()
    }

    private func words(of outcome: ExternalProgram.Outcome) -> String {
        let last = (outcome.output + outcome.errors).split(separator: "\n").last
        return last.map { ": \($0)" } ?? ""
    }

    private func until(within limit: Duration, _ condition: () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(100))
        }
        return true
    }
}
