import FoundationEssentials
import HubColumns
package import HubModel
package import Postgres
package import ShardStore

/// What a backend reads of its region's audit store: the part of a tenant's trail that its shard has no more, and proofs.
package struct AuditHistory: Sendable {
    package let region: RegionID
    private let pool: PostgresPool

    /// - Parameter pool: connections that log in as `hub_app`.
    package init(region: RegionID, pool: PostgresPool) {
        (self.region, self.pool) = (region, pool)
    }

    /// The entries before a moment, the newest first; nobody's name is told.
    package func list(
        _ filter: AuditFilter,
        of tenant: TenantID,
        before floor: Timestamp,
        offset: Int,
        limit: Int
    ) async throws(AuditStoreError) -> Listing<AuditRecord> {
        let condition: PostgresQuery = "\(fragment: filter.condition(in: tenant)) AND timestamp < \(floor)"
        return try await reading(tenant) { transaction in
            let answers = try await transaction.pipeline([
                """
                SELECT \(unescaped: AuditHistory.columns) FROM audit_trail WHERE \(fragment: condition)
                ORDER BY timestamp DESC, id DESC LIMIT \(limit) OFFSET \(offset)
                """,
                "SELECT count(*) FROM audit_trail WHERE \(fragment: condition)",
            ])
            return Listing(
                items: try answers[0].map { try AuditRecord($0) },
                total: try answers[1].single().decode(Int.self, at: 0)
            )
        }
    }

    /// The entries before a moment that come next in a walk from the newest to the oldest.
    package func next(
        _ filter: AuditFilter,
        of tenant: TenantID,
        before floor: Timestamp,
        after last: AuditRecord?,
        limit: Int
    ) async throws(AuditStoreError) -> [AuditRecord] {
        var condition: PostgresQuery = "\(fragment: filter.condition(in: tenant)) AND timestamp < \(floor)"
        if let last { condition = "\(fragment: condition) AND (timestamp, id) < (\(last.timestamp), \(last.id))" }
        let query: PostgresQuery = """
            SELECT \(unescaped: AuditHistory.columns) FROM audit_trail WHERE \(fragment: condition)
            ORDER BY timestamp DESC, id DESC LIMIT \(limit)
            """
        return try await reading(tenant) { transaction in
            try await transaction.query(query).map { try AuditRecord($0) }
        }
    }

    /// What proves that an entry is part of the tenant's chain, up to the first witness that covers it.
    ///
    /// - Parameter witnesses: those that are known, the oldest first.
    /// - Throws: `.notFound` for an entry that is not there or not sealed yet; `.refused` while no witness covers it.
    package func proof(
        of entry: AuditLogID,
        in tenant: TenantID,
        witnesses: [AuditWitness]
    ) async throws(AuditStoreError) -> AuditProof {
        try await reading(tenant) { transaction in
            let found = try await transaction.query(
                """
                SELECT t.sequence, t.seal, \(unescaped: AuditDigest.canonicalText("t")) FROM audit_trail AS t
                WHERE t.tenantId = \(tenant) AND t.id = \(entry)
                """
            ).decode((Int.self, Int.self, String.self))
            guard let (sequence, seal, text) = found.first else {
                throw AuditStoreError(.notFound, "the audit trail has no sealed entry \(entry)")
            }
            guard let witness = witnesses.first(where: { $0.number >= seal }) else {
                throw AuditStoreError(
                    .refused,
                    "entry \(entry) is sealed, and not witnessed yet; that takes some seconds"
                )
            }
            let digests = try await transaction.query(
                """
                SELECT encode(digest, 'hex') FROM audit_trail WHERE tenantId = \(tenant) AND seal = \(seal)
                  AND timestamp >= (SELECT month AT TIME ZONE 'UTC' FROM audit_seals WHERE tenantId = \(tenant) AND number = \(seal))
                ORDER BY sequence
                """
            ).decode(String.self)
            let seals = try await transaction.query(
                "\(fragment: AuditSeal.query) WHERE tenantId = \(tenant) AND number BETWEEN \(seal) AND \(witness.number) ORDER BY number"
            ).map { try AuditSeal($0) }
            return AuditProof(
                tenant: tenant,
                entry: entry,
                sequence: sequence,
                text: text,
                digests: digests,
                seals: seals,
                witness: witness
            )
        }
    }

    // MARK: - Private

    private static let columns = "id, timestamp, action, entityType, entityId, changes, ipAddress, userId, NULL::text"

    private func reading<Answer: Sendable>(
        _ tenant: TenantID,
        _ body: (PostgresTransaction) async throws -> Answer
    ) async throws(AuditStoreError) -> Answer {
        try await AuditStoreError.telling("the audit store of region \(region)", "reading the trail") {
            try await pool.withTransaction(
                TransactionOptions(isolation: .repeatableRead, isReadOnly: true),
                prologue: ["SELECT set_config('hub.tenant', \(tenant)::text, true)"],
                body
            )
        }
    }
}
