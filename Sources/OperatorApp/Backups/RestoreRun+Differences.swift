import HubModel
import Postgres
import Topology

extension RestoreRun {
    /// How the directory and the shards differ, with one of them as restored; those that do not answer are named.
    func differences(_ restored: RestoredServer) async throws -> [OwnershipComparison] {
        let administrator = target.database.administrator.name
        return try await restored.withConnection(database: target.database.database, role: administrator) {
            connection in
            var differences: [OwnershipComparison] = []
            switch target.database.kind {
            case .shard(let id):
                let directory = BackupTarget(.directory(of: access.topology), access.backups)
                do {
                    let known = try await access.withSession(directory) {
                        try await OwnershipComparison.directory($0, shard: id)
                    }
                    tell(try await OwnershipComparison.raiseShard(connection, to: known))
                    let served = try await OwnershipComparison.shard(connection)
                    differences = [OwnershipComparison(shard: target.name, directory: known, shard: served)]
                } catch let error as OperatorError {
                    note("tenants are not compared with the directory: \(error.message)")
                }
            case .audit:
                note("hub-control brings the audit store up to date from its shards")
            case .directory:
                for shard in access.topology.shards {
                    let other = BackupTarget(.shard(shard, of: access.topology), access.backups)
                    do {
                        let served = try await access.withSession(other) { try await OwnershipComparison.shard($0) }
                        tell(try await OwnershipComparison.raiseDirectory(connection, shard: shard.id, to: served))
                        let known = try await OwnershipComparison.directory(connection, shard: shard.id)
                        differences.append(OwnershipComparison(shard: other.name, directory: known, shard: served))
                    } catch let error as OperatorError {
                        note("the tenants of \(other.described) are not compared: \(error.message)")
                    }
                }
            }
            return differences.filter { !$0.isEmpty }
        }
    }

    // MARK: - Private

    private func tell(_ raised: Int) {
        if raised > 0 {
            note("\(raised) tenants had a lower epoch then, as before a restore in their place: it is raised")
        }
    }
}
