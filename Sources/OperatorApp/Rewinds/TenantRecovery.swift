import Directory
import FoundationEssentials
import HubModel
import Postgres
import Topology

/// Brings the server of a tenant's shard, as it was at a moment, up beside the one that serves, and nobody reaches it.
struct TenantRecovery: Sendable {
    let tenant: DirectoryTenant
    let moment: RecoveryTarget
    let target: BackupTarget
    let access: BackupAccess

    init(of tenant: DirectoryTenant, at moment: RecoveryTarget, _ access: BackupAccess) throws {
        guard let shard = access.topology.shard(tenant.shard) else {
            throw OperatorError(unknownShard: tenant.shard.description, in: access.topology)
        }
        (self.tenant, self.moment, self.access) = (tenant, moment, access)
        target = BackupTarget(.shard(shard, of: access.topology), access.backups)
    }

    /// Keeps others from restoring anything of the shard; ``perform(_:)`` wants it held.
    func lock() throws -> DatabaseLock { try DatabaseLock(target, in: access.lockFolder) }

    /// Lends the server; it is gone afterwards, whatever happened.
    func perform<Answer: Sendable>(
        _ body: @escaping @Sendable (RestoredServer, Recovery.Times) async throws -> Answer
    ) async throws -> Answer {
        try await access.requireSameServer(target)
        try await archive()
        let scratch = "\(target.data).hub-tenant"
        // Left by one that was killed.
        try? FileManager.default.removeItem(atPath: scratch)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let recovery = try await Recovery(of: target, to: moment, access)
        try recovery.source.requireRoom(for: scratch)
        return try await recovery.perform(into: scratch, besides: nil, isReached: false, isLasting: false, body)
    }

    /// What is said of a tenant that the shard did not serve at the moment.
    var absence: OperatorError {
        OperatorError(
            .notFound,
            "\(tenant.subdomain) was not on shard \(tenant.shard) at \(moment): it is younger, or came there later"
        )
    }

    // MARK: - Private

    /// Has what was committed so far archived, which is otherwise done only when a segment is full, or after a while.
    private func archive() async throws {
        try await access.withSession(target) { connection in
            // A segment in which nothing has been written is not switched.
            _ = try await connection.query("SELECT pg_create_restore_point('hub tenant')")
            let segment = try await connection.query("SELECT pg_walfile_name(pg_switch_wal())").single()
                .decode(String.self, at: 0)
            let deadline = ContinuousClock.now + .seconds(60)
            let query: PostgresQuery = "SELECT coalesce(last_archived_wal >= \(segment), false) FROM pg_stat_archiver"
            while try await !connection.query(query).single().decode(Bool.self, at: 0) {
                guard ContinuousClock.now < deadline else {
                    throw OperatorError(
                        .failed,
                        "the newest WAL of \(target.described) is not archived within 60 s: hubctl backup verify tells why"
                    )
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
