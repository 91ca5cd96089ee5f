import HubModel
import Postgres
import Topology

/// What the server that is to be replaced says of itself, if it still says anything.
struct OldServer: Sendable {
    /// Whether it serves.
    var answers = false
    var knowledge = RestoreSettlement.Knowledge()
    /// Changes in its trail since the moment; nil when it does not say.
    var changes: Int?
    var newTenants = 0

    static func ask(_ target: BackupTarget, _ moment: RecoveryTarget, _ access: BackupAccess) async throws -> OldServer
    {
        var server = OldServer()
        // Waiting for one that is ill would only keep it ill.
        let since: Timestamp =
            switch moment {
            case .latest: .now()
            case .time(let time): time
            }
        do {
            server.answers = try await access.withSession(target, database: "postgres") { connection in
                try await connection.query("SELECT NOT pg_is_in_recovery()").single().decode(Bool.self, at: 0)
            }
            try await server.askDatabase(target, since, access)
        } catch let error as OperatorError {
            access.context.console.note("the last words of \(target.described) are not known: \(error.message)")
        }
        return server
    }

    // MARK: - Private

    private mutating func askDatabase(_ target: BackupTarget, _ since: Timestamp, _ access: BackupAccess) async throws {
        // What an audit store has lost, its shards still have.
        if case .audit = target.database.kind { return }
        let (number, changes, tenants) = try await access.withSession(target) { connection in
            let number: PostgresQuery =
                switch target.database.kind {
                case .shard: "SELECT epoch FROM cache_gate"
                case .directory, .audit: "SELECT version FROM directory_version"
                }
            return (
                try await connection.query(number).single().decode(Int64.self, at: 0),
                try await connection.query("SELECT count(*) FROM audit_logs WHERE timestamp > \(since)").single()
                    .decode(Int64.self, at: 0),
                try await connection.query("SELECT count(*) FROM tenants WHERE createdAt > \(since)").single()
                    .decode(Int64.self, at: 0)
            )
        }
        switch target.database.kind {
        case .shard: knowledge.gateEpoch = number
        case .directory, .audit: knowledge.directoryVersion = number
        }
        self.changes = Int(changes)
        newTenants = Int(tenants)
    }
}
