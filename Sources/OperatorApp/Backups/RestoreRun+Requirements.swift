import HubModel
import Logging
import Postgres
import Reactor
import Topology

/// What must be so before a restore stops anything, and what the operator is asked.
extension RestoreRun {
    func require(_ recovery: Recovery) throws {
        if let folder = target.folder {
            try folder.requireExchangeable()
            guard recovery.information.db.contains(where: { $0.systemIdentifier == folder.systemIdentifier }) else {
                throw OperatorError(
                    .usage,
                    "the files in \(target.data) are not those that were backed up as \(target.described): correct backups.data, restore on the machine that has them, or move these away to restore from nothing"
                )
            }
        }
        try recovery.source.requireRoom(for: side)
    }

    func question(_ old: OldServer) -> String {
        let loss =
            switch moment {
            case .latest: "What its archive does not have is lost."
            case .time(let time):
                "Everything written since (\((Timestamp.now() - time).coarse)\(old.changes.map { ", \($0.grouped) recorded changes, \(old.newTenants.grouped) new tenants" } ?? "")) is lost."
            }
        return "Bring \(target.described) back to \(moment)? \(loss) It does not serve meanwhile."
    }

    /// Tenants that were made or moved after the moment would be known to one side only.
    func requireNoYoungerTenants() async throws {
        guard case .time(let time) = moment else { return }
        if case .audit = target.database.kind { return }
        let directory = BackupTarget(.directory(of: access.topology), access.backups)
        let shard: String? =
            switch target.database.kind {
            case .directory, .audit: nil
            case .shard(let id): id.description
            }
        let counts: (Int64, Int64)
        do {
            counts = try await access.withSession(directory) { connection in
                try await connection.query(
                    """
                    SELECT (SELECT count(*) FROM tenants WHERE createdAt > \(time) AND shard = coalesce(\(shard), shard)),
                           (SELECT count(*) FROM moves WHERE updatedAt > \(time)
                            AND (\(shard)::text IS NULL OR \(shard) IN (source, target)))
                    """
                ).single().decode((Int64.self, Int64.self))
            }
        } catch let error as OperatorError {
            return note("the directory cannot be asked for tenants of after the moment: \(error.message)")
        }
        guard counts == (0, 0) else {
            throw OperatorError(
                .refused,
                "since \(time) \(counts.0) tenants of \(target.described) were made and \(counts.1) moves went on: the directory and the shards would differ about them; add --despite-differences to restore all the same"
            )
        }
    }

    /// A standby that runs would go on answering reads with what is being undone, or be promoted in between.
    func requireNoStandby() async throws {
        let database = target.database
        for endpoint in database.endpoints where database.endpoints.count > 1 {
            var configuration = try database.configuration(
                secrets: access.context.secrets,
                database: "postgres",
                endpoint: endpoint
            )
            configuration.connectTimeout = .seconds(2)
            let isStandby = try? await PostgresConnection.withConnection(
                configuration,
                on: access.reactors.next(),
                logger: Logger(label: "hubctl.postgres") { _ in SwiftLogNoOpLogHandler() }
            ) { try await $0.query("SELECT pg_is_in_recovery()").single().decode(Bool.self, at: 0) }
            guard isStandby != true else {
                throw OperatorError(
                    .refused,
                    "the standby of \(target.described) at \(endpoint) runs: stop the standbys, and make them anew after the restore"
                )
            }
        }
    }

    /// A standby that was promoted would serve meanwhile what is being undone.
    func requireNoOtherServer() async throws {
        let isServed = try? await access.withSession(target, database: "postgres") { _ in true }
        guard isServed != true else {
            throw OperatorError(
                .refused,
                "another server of \(target.described) takes writes at one of \(target.database.address): stop it first"
            )
        }
    }
}
