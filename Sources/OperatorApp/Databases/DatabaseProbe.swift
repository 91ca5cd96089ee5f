import Directory
import HubModel
import Migrations
import Postgres
import Reactor
import Topology

/// Asks a PostgreSQL server for its version and load, and its database for the version of its schema.
struct DatabaseProbe: Sendable {
    let target: DatabaseTarget
    let secrets: Secrets
    let reactors: ReactorGroup
    let limit: Duration

    /// Never throws: a server that does not answer is down, with the reason as its detail.
    func probe(_ process: TopologyProcess) async -> PartStatus {
        do {
            return try await withDeadline(limit) { [self] in
                let database = DatabaseAccess(target: target, secrets: secrets, reactors: reactors)
                return try await database.withPool(endpoint: process.listen) { pool in
                    try await status(of: process, pool)
                }
            }
        } catch {
            return PartStatus(process, .down, detail: "\(error)")
        }
    }

    // MARK: - Private

    private func status(of process: TopologyProcess, _ pool: PostgresPool) async throws -> PartStatus {
        let vitals = try await pool.withConnection { try await DatabaseServer($0).vitals() }
        let replica = vitals.replica.map { ", \($0.text)" } ?? ""
        let load = "\(vitals.connections) of \(vitals.connectionLimit) connections\(replica)"
        var status = PartStatus(
            process,
            .up,
            version: vitals.version.split(separator: " ").first.map(String.init),
            uptime: Int(vitals.uptime.seconds),
            detail: nil
        )
        do throws(MigrationError) {
            let history = try await Migrator(schema: target.schema).history(pool)
            try history.requireCurrent(target.schema)
            status.detail = "schema \(history.version) of \(target.schema.version), \(load)"
            if target.kind == .directory, let held = try? await DirectoryStore(pool: pool).tenantsHeldByRestores(),
                !held.isEmpty
            {
                status.state = .degraded
                status.detail = held.map {
                    "\($0) is held by a restore: if none is at work, hubctl tenants restore \($0) --settle"
                }
                .joined(separator: "; ")
            }
        } catch {
            status.state = .down
            status.detail = "\(error.message); \(load)"
        }
        return status
    }
}

extension ReplicaVitals {
    fileprivate var text: String {
        if !isReceiving { return "replica that receives nothing: its primary is down, or refuses it" }
        let milliseconds = Int(delay / .milliseconds(1))
        return milliseconds == 0 ? "replica" : "replica, \(milliseconds) ms behind"
    }
}
