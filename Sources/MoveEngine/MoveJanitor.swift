import HubColumns
package import HubModel
import Postgres

/// Removes from a shard what moves have left that are over: subscriptions, slots, publications, and ownership rows that
/// import nothing; and what restores of tenants that were cut off have put beside their rows. It never touches what belongs to a live move, nor a name that is no move's.
package struct MoveJanitor: Sendable {
    /// What a sweep has done.
    package struct Findings: Sendable {
        package internal(set) var removed: [String] = []
        /// What could not be removed, a sentence each.
        package internal(set) var left: [String] = []
    }

    private let side: MoveSide

    package init(_ side: MoveSide) {
        self.side = side
    }

    /// Looks the shard through and removes what belongs to no live move.
    ///
    /// - Parameter live: the moves that are not at rest for ever. It is asked after the shard was looked through, so a move
    ///   that began meanwhile is among them.
    package func sweep(
        live: () async throws(MoveError) -> Set<MoveID>
    ) async throws(MoveError) -> Findings {
        let found = try await side.telling("sweeping") { try await objects() }
        let imports = try await side.telling("sweeping") { try await importing() }
        let live = try await live()
        var findings = Findings()
        for object in found where !live.contains(object.name.move) {
            do throws(MoveError) {
                try await side.telling("sweeping") { try await remove(object) }
                findings.removed.append("\(object.kind.rawValue) \(object.name)")
            } catch {
                findings.left.append(error.message)
            }
        }
        for (tenant, move) in imports where !live.contains(move) {
            let places = try await side.telling("sweeping") { try await TenantPlaces.find(tenant, in: side.pool) }
            guard places.tables.isEmpty else {
                let tables = places.tables.map(\.table).joined(separator: ", ")
                findings.left.append(
                    "\(side.shard) has rows in \(tables) of tenant \(tenant), which move \(move) left behind"
                )
                continue
            }
            let removed = try await side.telling("sweeping") {
                try await side.pool.query(
                    "DELETE FROM tenant_ownership WHERE tenantId = \(tenant) AND moveId = \(move) AND state = 'importing'"
                ).affectedRows
            }
            if removed > 0 { findings.removed.append("ownership of tenant \(tenant)") }
        }
        // No mover is paused for so long.
        _ = try await side.telling("sweeping") {
            try await side.pool.query(
                "DELETE FROM move_attempts WHERE hasEnded AND updatedAt < now() - interval '30 days'"
            )
        }
        findings.removed += try await side.telling("sweeping") { try await removeStages() }
        return findings
    }

    // MARK: - Private

    private struct Object: Sendable {
        /// In the order in which they can be removed.
        enum Kind: String, Sendable {
            case subscription, slot, publication
        }

        let kind: Kind
        let name: StreamName
    }

    private func objects() async throws(PostgresError) -> [Object] {
        let rows = try await side.pool.query(
            """
            SELECT 'subscription', subname::text FROM pg_subscription
            WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
            UNION ALL SELECT 'slot', slot_name::text FROM pg_replication_slots WHERE database = current_database()
            UNION ALL SELECT 'publication', pubname::text FROM pg_publication
            """
        ).decode((String.self, String.self))
        return rows.compactMap { kind, name in
            guard let kind = Object.Kind(rawValue: kind), let name = StreamName(name) else { return nil }
            return Object(kind: kind, name: name)
        }
    }

    /// Removes what restores of tenants that were cut off have left, unless one is at work.
    private func removeStages() async throws -> [String] {
        try await side.pool.withTransaction { transaction in
            let isFree = try await transaction.query(
                "SELECT pg_try_advisory_xact_lock(\(unescaped: RewindStage.lock))"
            ).single().decode(Bool.self, at: 0)
            guard isFree else { return [] }
            let names = try await transaction.query(
                "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, \(RewindStage.prefix))"
            ).decode(String.self)
            for name in names {
                _ = try await transaction.query(PostgresQuery("DROP SCHEMA \(identifier: name) CASCADE").unprepared)
            }
            return names.map { "stage \($0)" }
        }
    }

    private func importing() async throws(PostgresError) -> [(TenantID, MoveID)] {
        try await side.pool.query(
            "SELECT tenantId, moveId FROM tenant_ownership WHERE state = 'importing' AND moveId IS NOT NULL"
        ).decode((TenantID.self, MoveID.self))
    }

    private func remove(_ object: Object) async throws(PostgresError) {
        let name = object.name.description
        let queries: [PostgresQuery] =
            switch object.kind {
            case .subscription:
                [
                    "ALTER SUBSCRIPTION \(identifier: name) DISABLE",
                    "ALTER SUBSCRIPTION \(identifier: name) SET (slot_name = NONE)",
                    "DROP SUBSCRIPTION \(identifier: name)",
                ]
            case .slot:
                [
                    """
                    SELECT pg_terminate_backend(active_pid, 2000) FROM pg_replication_slots
                    WHERE slot_name = \(name) AND active_pid IS NOT NULL
                    """,
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = \(name)",
                ]
            case .publication: ["DROP PUBLICATION IF EXISTS \(identifier: name)"]
            }
        _ = try await side.pool.transact([.lockTimeout(.seconds(5))] + queries.map(\.unprepared))
    }
}
