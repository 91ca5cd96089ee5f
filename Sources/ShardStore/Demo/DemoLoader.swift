import HubColumns
package import HubModel
package import Postgres

/// Fills a shard with demo tenants at the speed of COPY.
///
/// It goes past the backends, and so is for data nobody works with yet: it logs in as the database's owner, because COPY
/// FROM is refused under row-level security. Tenants are committed in chunks of whole ones; interrupted, it goes on where
/// it stopped when the same tenants are loaded again.
package struct DemoLoader: Sendable {
    private let pool: PostgresPool
    private let constants: DemoConstants
    private let now: Timestamp

    /// A chunk is committed when it has so many rows, or when its one tenant is done.
    private static let chunkRows = 50_000

    /// So many bytes are sent at a time.
    private static let bufferBytes = 256 * 1024

    /// - Parameters:
    ///   - adminPasswordHash: the bcrypt hash of every administrator's password.
    ///   - userPasswordHash: the bcrypt hash of everybody else's.
    ///   - now: the moment at which the tenants' histories end.
    package init(
        pool: PostgresPool,
        adminPasswordHash: String,
        userPasswordHash: String,
        epoch: Epoch = .first,
        now: Timestamp
    ) {
        self.pool = pool
        constants = DemoConstants(
            epoch: epoch,
            adminPasswordHash: adminPasswordHash,
            userPasswordHash: userPasswordHash
        )
        self.now = now
    }

    /// Loads those of the tenants that are not on the shard.
    ///
    /// - Parameter progress: called when a table of a chunk is written and when a chunk is committed.
    package func load(
        _ tenants: [DemoTenant],
        progress report: @Sendable (DemoProgress) -> Void
    ) async throws -> DemoSummary {
        _ = try await pool.query("SELECT hub_create_audit_partitions(\(now + .seconds(-86_400 * 366)), \(now))")
        let known = try await knownTenants(tenants)
        let missing = tenants.filter { known[$0.subdomain] == nil }
        var summary = DemoSummary(found: tenants.compactMap { known[$0.subdomain] })
        var progress = DemoProgress(
            tenants: summary.found.count,
            totalTenants: tenants.count,
            totalRows: missing.reduce(0) { $0 + $1.rows }
        )
        report(progress)
        for chunk in missing.chunks(rows: DemoLoader.chunkRows) {
            try Task.checkCancellation()
            try await load(chunk, &progress, report)
            progress.tenants += chunk.count
            summary.loaded += chunk.map(\.id)
            summary.rows = progress.rows
            report(progress)
        }
        return summary
    }

    // MARK: - Private

    private func knownTenants(_ tenants: [DemoTenant]) async throws -> [Subdomain: TenantID] {
        let query: PostgresQuery =
            "SELECT subdomain, id FROM tenants WHERE subdomain = ANY(\(tenants.map(\.subdomain)))"
        let rows = try await pool.query(query.unprepared).decode((Subdomain.self, TenantID.self))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.1) })
    }

    private func load(
        _ chunk: ArraySlice<DemoTenant>,
        _ progress: inout DemoProgress,
        _ report: @Sendable (DemoProgress) -> Void
    ) async throws {
        let before = progress.rows
        try await pool.withTransaction { transaction in
            // The rows are made to fit, so the triggers of foreign keys would only repeat what is known. Those that count
            // tasks do not act either.
            _ = try await transaction.query("SET LOCAL session_replication_role = replica")
            for table in DemoTable.allCases {
                progress.rows += try await copy(table, of: chunk, transaction)
                report(progress)
            }
            _ = try await transaction.query(
                PostgresQuery("SELECT hub_recount_tasks(\(chunk.map(\.id)))").within(.seconds(300))
            )
        }
        assert(progress.rows - before == chunk.reduce(0) { $0 + $1.rows })
    }

    private func copy(
        _ table: DemoTable,
        of chunk: ArraySlice<DemoTenant>,
        _ transaction: PostgresTransaction
    ) async throws -> Int {
        try await transaction.copyIn(PostgresQuery(unsafeSQL: table.copyStatement)) { writer in
            var buffer = CopyRows()
            for tenant in chunk {
                try await table.write(DemoRows(tenant, now: now), constants, to: &buffer) { buffer in
                    guard buffer.bytes.count >= DemoLoader.bufferBytes else { return }
                    try await writer.write(buffer.bytes)
                    buffer.removeAll()
                }
            }
            try await writer.write(buffer.bytes)
        }
    }
}

extension [DemoTenant] {
    /// The tenants in order, in runs of at most so many rows or of one tenant.
    fileprivate func chunks(rows limit: Int) -> [ArraySlice<DemoTenant>] {
        var chunks: [ArraySlice<DemoTenant>] = []
        var start = startIndex
        var rows = 0
        for index in indices {
            if index > start, rows + self[index].rows > limit {
                chunks.append(self[start..<index])
                start = index
                rows = 0
            }
            rows += self[index].rows
        }
        if start < endIndex { chunks.append(self[start...]) }
        return chunks
    }
}
