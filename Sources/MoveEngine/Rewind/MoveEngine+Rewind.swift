import HubColumns
package import HubModel
import Postgres
import Reactor
import ShardStore

/// The verbs by which a tenant is brought back to a moment in its place. The source is a server that was recovered to the
/// moment, and the target is the tenant's shard, whose connections have ``RewindStage/searchPath(of:)``; nothing moves.
///
/// The shard's rows are not touched until all that is to take their place is beside them and was compared; then one
/// transaction exchanges what differs. Before it the tenant is as it was, after it as it was at the moment.
extension MoveEngine {
    /// Lends the shard's stages: nobody else uses one meanwhile, and what is found in them when nobody does, a janitor removes.
    ///
    /// - Throws: `.refused` when another rewind of the shard is at work; what the body throws.
    package func withStages<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        var configuration = target.pool.configuration
        configuration.settings["lock_timeout"] = "10s"
        return try await PostgresConnection.withConnection(configuration, on: reactors.next(), logger: logger) {
            connection in
            do {
                _ = try await connection.query("SELECT pg_advisory_lock(\(unescaped: RewindStage.lock))")
            } catch let error as PostgresError where error.sqlState == "55P03" {
                throw MoveError(.refused, "another tenant of \(target.shard) is being restored: wait for it to end")
            }
            // The server need not have noticed the end of the session when the next asks.
            let unlock: PostgresQuery = "SELECT pg_advisory_unlock(\(unescaped: RewindStage.lock))"
            do {
                let answer = try await body()
                _ = try? await connection.query(unlock)
                return answer
            } catch {
                _ = try? await connection.query(unlock)
                throw error
            }
        }
    }

    /// Copies what the tenant had into the stage, which is made anew; the shard's stages are lent.
    ///
    /// - Throws: `.notHeld` when the source does not serve the tenant; `.refused` when the schemas differ.
    package func stage(
        _ options: CopyOptions = CopyOptions(),
        progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws(MoveError) -> CopyProgress {
        try await requireServed()
        try await requireSameSchema()
        let tables = try await stagedTables()
        try await makeStage(tables)
        let tally = CopyTally(tables, progress)
        try await telling(source, "exporting a snapshot") {
            try await PostgresConnection.withConnection(
                source.pool.configuration,
                on: reactors.next(),
                logger: logger
            ) { connection in
                try await connection.withTransaction(
                    TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
                ) { reading in
                    let snapshot = try await reading.query("SELECT pg_export_snapshot()").single()
                        .decode(String.self, at: 0)
                    try await copy(snapshot, CopyQueue(tables), tally, options, [])
                }
            }
        }
        _ = try await telling(target, "gathering statistics") {
            let names = RewindStage.tables.map { "\(stageName).\($0)" }.joined(separator: ", ")
            return try await target.pool.query(
                PostgresQuery(unsafeSQL: "ANALYZE \(names)").unprepared.within(.seconds(300))
            )
        }
        return tally.finish()
    }

    /// Compares the stage with the source, range by range, and looks for orphans in it.
    package func verifyStage(
        rangeRows: Int = 20_000,
        streams: Int = 2,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws(MoveError) -> Verification {
        let tables = try await stagedTables()
        let ranges = try await ranges(at: source, size: rangeRows, of: tables)
        var verification = try await compareAtRest(ranges, streams: streams, progress: progress)
        verification.orphans = try await orphans(of: RewindStage.tables)
        verification.catalog = tables
        return verification
    }

    /// Tells how what the tenant has now differs from the stage. What a tenant keeps in any case, as its subdomain, does not
    /// count.
    package func differences(from staged: Verification) async throws(MoveError) -> [RewindDifference] {
        var differences: [RewindDifference] = []
        for table in staged.catalog where RewindStage.restoredTables.contains(table.name) {
            differences.append(
                try await telling(target, "comparing \(table.name)") {
                    let counts = try await target.pool.query(differenceQuery(table)).single()
                        .decode((Int.self, Int.self, Int.self, Int.self, Int.self))
                    return RewindDifference(
                        table: table.name,
                        then: counts.0,
                        now: counts.1,
                        changed: counts.2,
                        added: counts.3,
                        deleted: counts.4
                    )
                }
            )
        }
        return differences
    }

    /// Takes the tenant at its shard for the claim.
    ///
    /// - Throws: as ``claimTenant()``.
    package func claimForRewind() async throws(MoveError) {
        try await reversed.claim(at: target, isNew: true)
    }

    /// Ends a rewind of which nobody knows how far it came: the shard serves the tenant at the next epoch, as it was or as it
    /// was exchanged, and nothing of a lower attempt can be done any more. Done again, it changes nothing.
    ///
    /// - Parameter epoch: at which the rewind has found the tenant.
    /// - Throws: `.late` when something holds the tenant's rows; `.notHeld` when the shard serves it otherwise.
    package func endRewind(at epoch: Epoch) async throws(MoveError) -> RewindOutcome {
        try await reversed.claim(at: target, isNew: false)
        let answers = try await telling(target, "ending the rewind") {
            try await target.pool.transact(
                TransactionOptions(isolation: .readCommitted),
                prologue: exclusive,
                [
                    """
                    UPDATE tenant_ownership SET state = 'active', epoch = \(epoch.next), attempt = NULL, updatedAt = now()
                    WHERE tenantId = \(claim.tenant) AND epoch = \(epoch)
                      AND (moveId = \(claim.move) AND attempt <= \(claim.attempt) OR attempt IS NULL AND state = 'active')
                    """,
                    ending,
                    "SELECT state, epoch FROM tenant_ownership WHERE tenantId = \(claim.tenant)",
                    """
                    SELECT name, EXISTS (SELECT FROM audit_logs
                                         WHERE tenantId = \(claim.tenant) AND id = \(AuditLogID(claim.move.uuid)))
                    FROM public.tenants WHERE id = \(claim.tenant)
                    """,
                ]
            )
        }
        let (rows, (name, wasExchanged)) = try await telling(target, "ending the rewind") {
            try (
                answers[2].decode((OwnershipState.self, Epoch.self)),
                answers[3].single().decode((String.self, Bool.self))
            )
        }
        guard let (state, found) = rows.first, state == .active, found == epoch.next else {
            let what = rows.first.map { "\($0.0.rawValue) at epoch \($0.1)" } ?? "unknown"
            throw MoveError(
                .notHeld,
                "the tenant is \(what) at \(target.shard), which no rewind has made it",
                at: target.shard
            )
        }
        return wasExchanged ? .restored(name: name) : .unchanged
    }

    /// Removes the tenant's stage.
    package func removeStage() async throws(MoveError) { try await removeStages(named: stageName) }

    /// Removes what rewinds that have ended have left on the shard.
    private func removeStages(named prefix: String = RewindStage.prefix) async throws(MoveError) {
        let names = try await read(
            target,
            "looking for stages",
            "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, \(prefix))"
        )
        _ = try await telling(target, "removing stages") {
            for name in try names.decode(String.self) {
                _ = try await target.pool.query(PostgresQuery("DROP SCHEMA \(identifier: name) CASCADE").unprepared)
            }
        }
    }

    // MARK: - Private

    var stageName: String { RewindStage.schema(of: claim.tenant) }

    /// The tenant's writers wait, and new ones come after.
    var exclusive: [PostgresQuery] {
        [
            .lockTimeout(.seconds(10)),
            // Whoever is stopped within it must not keep the tenant from being served.
            "SELECT set_config('idle_in_transaction_session_timeout', '10s', true)",
            """
            SELECT set_config('hub.tenant', \(claim.tenant)::text, true),
                   pg_advisory_xact_lock(18433, hub_tenant_lock_key(\(claim.tenant)))
            """,
        ]
    }

    private func stagedTables() async throws(MoveError) -> [CarriedTable] {
        let tables = try await carriedTables(at: source)
        return RewindStage.tables.compactMap { name in tables.first { $0.name == name } }
    }

    private func requireServed() async throws(MoveError) {
        guard let ownership = try await ownership(at: source), [.active, .frozen].contains(ownership.state) else {
            throw MoveError(.notHeld, "the shard did not serve the tenant then", at: source.shard)
        }
    }

    private func requireSameSchema() async throws(MoveError) {
        let (then, now) = try await both { side throws(MoveError) in
            try await telling(side, "reading the schema") {
                // What is in the path of names is not named with its schema.
                let answers = try await side.pool.transact(
                    prologue: ["SELECT set_config('search_path', 'public', true)"],
                    ["SELECT max(version) FROM schema_migrations", SchemaDigest.lines]
                )
                return (try answers[0].single().decode(Int.self, at: 0), try answers[1].decode(String.self))
            }
        }
        guard then.1 != now.1 else { return }
        let versions = then.0 == now.0 ? "" : " (version \(then.0) then, \(now.0) now)"
        throw MoveError(.refused, "the schema of \(target.shard) has changed since\(versions)", at: target.shard)
    }

    private func makeStage(_ tables: [CarriedTable]) async throws(MoveError) {
        try await removeStages()
        let tables = tables.flatMap { table in
            let name = "\(stageName).\(table.name)"
            let key = ([table.tenantColumn] + table.key).reduce(into: [String]()) { key, column in
                if !key.contains(column) { key.append(column) }
            }
            return [
                // What a crash of the server empties is found to be wrong before it is used.
                "CREATE UNLOGGED TABLE \(name) (LIKE public.\(table.name))",
                "ALTER TABLE \(name) ADD PRIMARY KEY (\(key.joined(separator: ", ")))",
            ]
        }
        _ = try await telling(target, "making the stage") {
            try await target.pool.transact(
                (["CREATE SCHEMA \(stageName)"] + tables).map { PostgresQuery(unsafeSQL: $0).unprepared }
            )
        }
    }

    /// The columns of a table that come back: a tenant's name in addresses is the directory's.
    func restoredColumns(_ table: CarriedTable) -> [String] {
        table.columns.filter { table.name != "tenants" || $0 != "subdomain" }
    }

    func list(_ columns: [String], of alias: String) -> String {
        columns.map { "\(alias).\(PostgresQuery.quoted(identifier: $0))" }.joined(separator: ", ")
    }

    private func differenceQuery(_ table: CarriedTable) -> PostgresQuery {
        let columns = restoredColumns(table)
        return PostgresQuery(
            unsafeSQL: """
                SELECT count(n.id), count(o.id),
                       count(*) FILTER (WHERE n.id = o.id AND (\(list(columns, of: "o"))) IS DISTINCT FROM (\(list(columns, of: "n")))),
                       count(*) FILTER (WHERE n.id IS NULL), count(*) FILTER (WHERE o.id IS NULL)
                FROM (SELECT * FROM public.\(table.name) WHERE \(table.tenantColumn) = '\(claim.tenant)') AS o
                FULL JOIN \(stageName).\(table.name) AS n ON n.id = o.id
                """
        ).unprepared.within(.seconds(300))
    }
}
