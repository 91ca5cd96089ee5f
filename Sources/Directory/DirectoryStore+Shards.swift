import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    package func regions() async throws(DirectoryError) -> [RegionRecord] {
        try await read(RegionRecord.query)[0].map(RegionRecord.init)
    }

    package func shards() async throws(DirectoryError) -> [ShardRecord] {
        let answers = try await read(ShardRecord.query, BackendRecord.query)
        let backends = Dictionary(grouping: try answers[1].map(BackendRecord.init), by: \.shard)
        return try answers[0].map { (row: PostgresRow) throws(PostgresError) in
            try ShardRecord(row, backends: backends)
        }
    }

    /// Decides whether a shard takes new tenants.
    ///
    /// - Throws: `.notFound(.shard)`.
    package func setState(of shard: ShardID, to state: ShardState, _ context: OperatorContext)
        async throws(DirectoryError)
    {
        try await change { transaction in
            let known = try await transaction.query("SELECT state FROM shards WHERE id = \(shard)")
            guard !known.isEmpty else { throw DirectoryError(.notFound(.shard), "there is no shard \(shard)") }
            let before = try known.value(ShardState.self)
            guard before != state else { return }
            let entry = DirectoryAuditEntry(
                .updateShard,
                .shard,
                nil,
                changes: .updated(
                    from: ShardStateOf(shard: shard, state: before),
                    to: ShardStateOf(shard: shard, state: state)
                )
            )
            try await transaction.pipeline([
                "UPDATE shards SET state = \(state) WHERE id = \(shard)",
                .recording(entry, in: context),
            ])
        }
    }
}

/// What the audit trail keeps of a shard's change; shards have no UUID to be the entity's id.
private struct ShardStateOf: Encodable {
    let shard: ShardID
    let state: ShardState
}
