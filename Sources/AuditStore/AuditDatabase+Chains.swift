import HubColumns
package import HubModel
import Postgres

/// A tenant's chain in one store.
package struct AuditChain: Sendable {
    package let state: String
    package let attempt: Int
    /// The number of the last seal; 0 for none.
    package let number: Int
    /// How many entries are sealed.
    package let entries: Int
    package let hash: String
}

extension AuditChain {
    fileprivate static let columns = "state, attempt, number, entries, encode(hash, 'hex')"

    fileprivate init(_ row: PostgresRow) throws(PostgresError) {
        (state, attempt, number, entries, hash) = try row.decode(
            (String.self, Int.self, Int.self, Int.self, String.self)
        )
    }
}

extension AuditDatabase {
    package func chain(of tenant: TenantID) async throws(AuditStoreError) -> AuditChain? {
        try await telling("reading a chain") {
            try await pool.query(
                "SELECT \(unescaped: AuditChain.columns) FROM audit_chains WHERE tenantId = \(tenant)"
            ).map { try AuditChain($0) }.first
        }
    }

    /// Lets the chains of tenants be sealed here from now on, unless a younger transfer says otherwise.
    package func open(_ tenants: [TenantID], attempt: Int = 0) async throws(AuditStoreError) {
        _ = try await telling("opening chains") {
            try await pool.transact(
                TransactionOptions(isolation: .readCommitted),
                [
                    AuditDatabase.sealing,
                    """
                    INSERT INTO audit_chains AS c (tenantId, state, attempt)
                    SELECT t, 'here', \(attempt) FROM unnest(\(tenants)::uuid[]) AS u (t)
                    ON CONFLICT (tenantId) DO UPDATE SET state = 'here', attempt = \(attempt) WHERE c.attempt <= \(attempt)
                    """,
                ]
            )
        }
    }

    /// Ends the sealing of a chain here: nothing is added to it any more, when this returns.
    ///
    /// - Returns: its head; nil when a younger transfer was begun.
    package func close(_ tenant: TenantID, attempt: Int) async throws(AuditStoreError) -> AuditChain? {
        try await telling("closing a chain") {
            try await pool.transact(
                TransactionOptions(isolation: .readCommitted),
                [
                    AuditDatabase.sealing,
                    """
                    INSERT INTO audit_chains AS c (tenantId, state, attempt) VALUES (\(tenant), 'left', \(attempt))
                    ON CONFLICT (tenantId) DO UPDATE SET state = 'left', attempt = \(attempt) WHERE c.attempt <= \(attempt)
                    RETURNING \(unescaped: AuditChain.columns)
                    """,
                ]
            )[1].map { try AuditChain($0) }.first
        }
    }

    /// Copies what another store has of a chain behind what this one has, seal by seal.
    ///
    /// What is here already must be the chain's first part; what a transfer that was given up has left here and is none is
    /// refused.
    ///
    /// - Returns: how many entries came.
    /// - Throws: `.refused` when the two differ, or the tenant's months are archived there.
    package func bring(_ tenant: TenantID, from other: AuditDatabase) async throws(AuditStoreError) -> Int {
        var brought = 0
        guard let theirs = try await other.chain(of: tenant), theirs.number > 0 else { return 0 }
        try await other.requireAttached(tenant)
        var here = try await chain(of: tenant)?.number ?? 0
        if here > 0 { try await requirePrefix(tenant, of: other, upTo: here) }
        let first = try await other.telling("reading a chain") {
            try await other.pool.query("SELECT min(timestamp) FROM audit_trail WHERE tenantId = \(tenant)").single()
                .decode(Timestamp?.self, at: 0)
        }
        try await makeMonths(from: first)
        while here < theirs.number {
            let last = min(theirs.number, here + AuditDatabase.sealsAtOnce)
            brought += try await bring(tenant, from: other, seals: here + 1...last)
            here = last
        }
        return brought
    }

    /// Removes everything there is of a tenant, in its queue too.
    package func remove(_ tenant: TenantID) async throws(AuditStoreError) {
        _ = try await telling("removing a tenant's trail") {
            try await pool.transact(
                TransactionOptions(isolation: .readCommitted),
                [AuditDatabase.sealing]
                    + AuditSchema.tenantTables.map { table in
                        PostgresQuery(unsafeSQL: "DELETE FROM \(table) WHERE tenantId = '\(tenant)'").unprepared
                            .within(.seconds(600))
                    }
            )
        }
    }

    /// Removes a tenant's chain and what waits of it, but for what the store witnesses.
    package func removeChain(of tenant: TenantID, waitingUpTo newest: Int) async throws(AuditStoreError) {
        _ = try await telling("removing a tenant's trail") {
            try await pool.transact(
                TransactionOptions(isolation: .readCommitted),
                [
                    AuditDatabase.sealing,
                    "DELETE FROM audit_logs WHERE tenantId = \(tenant) AND arrival <= \(newest)",
                    PostgresQuery("DELETE FROM audit_trail WHERE tenantId = \(tenant)").within(.seconds(600)),
                    "DELETE FROM audit_seals WHERE tenantId = \(tenant)",
                    "DELETE FROM audit_chains WHERE tenantId = \(tenant)",
                ]
            )
        }
    }

    /// Tenants of which this store has a chain that is not here.
    package func foreignChains(limit: Int) async throws(AuditStoreError) -> [TenantID] {
        try await telling("looking for chains that are elsewhere") {
            try await pool.query("SELECT tenantId FROM audit_chains WHERE state <> 'here' LIMIT \(limit)")
                .decode(TenantID.self)
        }
    }

    /// How many rows of a tenant there are, by table; none for a tenant that the store knows nothing of.
    package func rows(of tenant: TenantID) async throws(AuditStoreError) -> [(table: String, rows: Int)] {
        try await telling("counting a tenant's rows") {
            let tables = AuditSchema.tenantTables.filter { $0 != "audit_witnesses" }
            let counts = try await pool.pipeline(
                tables.map {
                    PostgresQuery(unsafeSQL: "SELECT count(*) FROM \($0) WHERE tenantId = '\(tenant)'").unprepared
                }
            )
            return try zip(tables, counts).map { ($0, try $1.single().decode(Int.self, at: 0)) }.filter { $0.1 > 0 }
        }
    }

    // MARK: - Private

    private static let sealsAtOnce = 200

    /// The seals and their entries of one stretch, in one transaction that raises the head.
    private func bring(
        _ tenant: TenantID,
        from other: AuditDatabase,
        seals: ClosedRange<Int>
    ) async throws(AuditStoreError) -> Int {
        let (rows, entries) = try await other.telling("reading a chain") {
            let answers = try await other.pool.transact(
                TransactionOptions(isolation: .repeatableRead, isReadOnly: true),
                [
                    """
                    SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.number), '[]')::text FROM audit_seals AS s
                    WHERE s.tenantId = \(tenant) AND s.number BETWEEN \(seals.lowerBound) AND \(seals.upperBound)
                    """,
                    """
                    SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text FROM audit_trail AS t
                    WHERE t.tenantId = \(tenant) AND t.seal BETWEEN \(seals.lowerBound) AND \(seals.upperBound)
                    """,
                ]
            )
            return (
                try answers[0].single().decode(String.self, at: 0), try answers[1].single().decode(String.self, at: 0)
            )
        }
        return try await telling("writing a chain") {
            let answers = try await pool.transact(
                TransactionOptions(isolation: .readCommitted),
                [
                    AuditDatabase.sealing,
                    "INSERT INTO audit_chains (tenantId, state) VALUES (\(tenant), 'arriving') ON CONFLICT DO NOTHING",
                    """
                    INSERT INTO audit_seals SELECT * FROM jsonb_populate_recordset(NULL::audit_seals, \(PostgresJSON(text: rows)))
                    """,
                    """
                    INSERT INTO audit_trail
                    SELECT * FROM jsonb_populate_recordset(NULL::audit_trail, \(PostgresJSON(text: entries)))
                    """,
                    """
                    UPDATE audit_chains AS c SET number = s.number, hash = s.hash, entries = s.firstEntry + s.entries - 1
                    FROM audit_seals AS s
                    WHERE c.tenantId = \(tenant) AND s.tenantId = c.tenantId AND s.number = \(seals.upperBound)
                      AND c.number = \(seals.lowerBound - 1) AND c.state <> 'here'
                    """,
                    // Whoever else brought it, or began to seal here, has the right of way: the key or this division says so.
                    """
                    SELECT 1 / (SELECT count(*) FROM audit_chains WHERE tenantId = \(tenant) AND number = \(seals.upperBound))
                    """,
                ]
            )
            return answers[3].affectedRows
        }
    }

    /// - Throws: `.refused` when the seals here are not the other's first ones.
    private func requirePrefix(
        _ tenant: TenantID,
        of other: AuditDatabase,
        upTo number: Int
    ) async throws(AuditStoreError) {
        let query: PostgresQuery = """
            SELECT encode(hash, 'hex') FROM audit_seals WHERE tenantId = \(tenant) AND number = \(number)
            """
        let ours = try await telling("reading a chain") { try await pool.query(query).decode(String.self) }
        let theirs = try await other.telling("reading a chain") {
            try await other.pool.query(query).decode(String.self)
        }
        guard !ours.isEmpty, ours == theirs else {
            throw AuditStoreError(
                .refused,
                "the chains of tenant \(tenant) in \(described) and \(other.described) differ at seal \(number): "
                    + "hubctl audit verify \(tenant) tells which is right"
            )
        }
    }
}
