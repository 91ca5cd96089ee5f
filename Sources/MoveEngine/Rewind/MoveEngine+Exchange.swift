import HubColumns
package import HubModel
import Postgres
import Reactor

extension MoveEngine {
    /// Makes the tenant what is in the stage, in one transaction, and lets the shard serve it again, at the next epoch.
    ///
    /// Only rows that differ are written, with all constraints and triggers in force. Before the commit all rows are hashed
    /// again: they are what the source has, or nothing happens. Entries of the audit trail and sessions stay, but those of
    /// people who are gone; answers kept for requests of the time that is undone go.
    ///
    /// - Parameters:
    ///   - epoch: at which the tenant is frozen here, by ``freeze(at:within:)`` or a backend.
    ///   - staged: what the verification of the stage has found.
    ///   - note: for the tenant's trail; the entry's id is the claim's.
    /// - Returns: the last moment before it, to which the tenant can be brought back.
    package func exchange(
        at epoch: Epoch,
        _ staged: Verification,
        _ note: RewindNote
    ) async throws(MoveError) -> Timestamp {
        guard staged.isEqual, !staged.catalog.isEmpty else {
            throw MoveError(.refused, "what was copied of the tenant was not found to be equal", at: target.shard)
        }
        return try await telling(target, "exchanging the tenant's rows") {
            try await PostgresConnection.withConnection(
                exchangeConfiguration,
                on: reactors.next(),
                logger: logger
            ) { connection in
                try await connection.withTransaction(
                    TransactionOptions(isolation: .readCommitted),
                    prologue: exclusive + [requirement, Self.requireState(of: claim.tenant, .frozen)]
                ) { transaction in
                    let moment = try await transaction.query("SELECT clock_timestamp()").single()
                        .decode(Timestamp.self, at: 0)
                    _ = try await transaction.pipeline(staged.catalog.flatMap(changes))
                    try require(
                        try await transaction.pipeline(staged.catalog.map(check)),
                        toBe: staged
                    )
                    try await finish(transaction, at: epoch, note)
                    return moment
                }
            }
        }
    }

    // MARK: - Private

    private var exchangeConfiguration: PostgresConfiguration {
        var configuration = target.pool.configuration
        configuration.applicationName = sessionName
        configuration.queryTimeout = .seconds(600)
        configuration.statementTimeout = nil
        // Two sets of rows are joined by their ids.
        configuration.settings["work_mem"] = "64MB"
        configuration.settings["jit"] = "off"
        return configuration
    }

    /// What makes a table's rows those of the stage.
    private func changes(_ table: CarriedTable) -> [PostgresQuery] {
        let (live, staged) = ("public.\(table.name)", "\(stageName).\(table.name)")
        let (owner, tenant) = (table.tenantColumn, "'\(claim.tenant)'")
        let key = table.key.isEmpty ? ["id"] : table.key
        let same = key.map { "n.\($0) = o.\($0)" }.joined(separator: " AND ")
        let columns = restoredColumns(table)
        let deletion = """
            DELETE FROM \(live) AS o WHERE o.\(owner) = \(tenant) AND NOT EXISTS (SELECT FROM \(staged) AS n WHERE \(same))
            """
        let update = """
            UPDATE \(live) AS o SET (\(columns.map { PostgresQuery.quoted(identifier: $0) }.joined(separator: ", ")))
                                   = ROW(\(list(columns, of: "n")))
            FROM \(staged) AS n WHERE o.\(owner) = \(tenant) AND \(same)
              AND (\(list(columns, of: "o"))) IS DISTINCT FROM (\(list(columns, of: "n")))
            """
        let insertion = """
            INSERT INTO \(live) (\(table.columnList)) SELECT \(list(table.columns, of: "n")) FROM \(staged) AS n
            WHERE NOT EXISTS (SELECT FROM \(live) AS o WHERE o.\(owner) = \(tenant) AND \(same))
            """
        // Two people may have exchanged their addresses, of which each is there once at any time.
        let vacation = """
            UPDATE public.users AS o SET email = o.id::text || '@hub.invalid' FROM \(staged) AS n
            WHERE o.tenantId = \(tenant) AND n.id = o.id AND n.email <> o.email
            """
        let statements =
            switch table.name {
            case "tenants": [update]
            case "users": [deletion, vacation, update, insertion]
            case "idempotency_keys": [deletion]
            default: [deletion, update, insertion]
            }
        return statements.map { PostgresQuery(unsafeSQL: $0).unprepared.within(.seconds(600)) }
    }

    /// What the table has now, as a range of the source is hashed; of the tenant's own row whether it is the stage's.
    private func check(_ table: CarriedTable) -> PostgresQuery {
        let (owner, tenant) = (table.tenantColumn, "'\(claim.tenant)'")
        let columns = restoredColumns(table)
        let sql =
            table.name == "tenants"
            ? """
            SELECT count(*), 0::int8 FROM public.tenants AS o JOIN \(stageName).tenants AS n ON n.id = o.id
            WHERE o.id = \(tenant) AND (\(list(columns, of: "o"))) IS NOT DISTINCT FROM (\(list(columns, of: "n")))
            """
            : """
            SELECT count(*), coalesce(bit_xor(hashtextextended(ROW(\(table.columnList))::text COLLATE "C", 0)), 0)
            FROM public.\(table.name) WHERE \(owner) = \(tenant)
            """
        return PostgresQuery(unsafeSQL: sql).unprepared.within(.seconds(300))
    }

    private func require(_ answers: [PostgresRows], toBe staged: Verification) throws {
        for (table, answer) in zip(staged.catalog, answers) where RewindStage.restoredTables.contains(table.name) {
            let (rows, hash) = try answer.single().decode((Int.self, Int64.self))
            guard let wanted = staged.tables.first(where: { $0.name == table.name }), rows == wanted.sourceRows,
                table.name == "tenants" || hash == wanted.sourceHash
            else {
                throw MoveError(
                    .failed,
                    "\(table.name) would not have become what it was at that moment; nothing was changed",
                    at: target.shard
                )
            }
        }
    }

    private func finish(
        _ transaction: PostgresTransaction,
        at epoch: Epoch,
        _ note: RewindNote
    ) async throws {
        let changes = AuditChanges.created(RecordedRewind(restoredTo: note.moment, restoredBy: note.by))
        let id = AuditLogID(claim.move.uuid)
        let opened = try await transaction.pipeline([
            "SELECT hub_recount_tasks(ARRAY[\(claim.tenant)]::uuid[])",
            """
            INSERT INTO audit_logs (id, tenantId, action, entityType, entityId, changes)
            VALUES (\(id), \(claim.tenant), \(AuditAction.restoreTenant.rawValue), 'tenant', \(claim.tenant),
                    \(PostgresJSON(text: changes.json)))
            """,
            // Whoever follows the tenant's changes has to look at everything again from here on.
            """
            INSERT INTO events (tenantId, epoch, id, action, entityType, entityId)
            VALUES (\(claim.tenant), \(epoch.next), \(id), \(AuditAction.restoreTenant.rawValue), 'tenant', \(claim.tenant))
            """,
            """
            UPDATE tenant_ownership SET state = 'active', epoch = \(epoch.next), attempt = NULL, updatedAt = now()
            WHERE tenantId = \(claim.tenant) AND epoch = \(epoch) AND state = 'frozen'
            """,
            ending,
        ])[3].affectedRows
        guard opened == 1 else {
            throw MoveError(.notHeld, "the tenant is not frozen at epoch \(epoch) at \(target.shard)", at: target.shard)
        }
    }
}

/// What the tenant's trail keeps of a rewind.
private struct RecordedRewind: Encodable {
    let restoredTo: String
    let restoredBy: String
}
