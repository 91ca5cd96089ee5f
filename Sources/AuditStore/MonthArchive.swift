import HubColumns
package import HubModel
import Postgres

/// A month of a store's trail, as rows that go into a file and come back from one.
package struct MonthArchive: Sendable {
    let store: AuditDatabase
    /// `2026-03`.
    let month: String

    /// - Throws: `.refused` for what is no month.
    package init(_ month: String, of store: AuditDatabase) throws(AuditStoreError) {
        let parts = month.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int(parts[0]),
            let number = Int(parts[1]), (1...9999).contains(year), (1...12).contains(number)
        else { throw AuditStoreError(.refused, "“\(month)” is no month such as 2026-03") }
        (self.store, self.month) = (store, month)
    }

    /// Hands the month's entries out, each as the text of a JSON object.
    ///
    /// - Throws: `.refused` for a month that is not over, is archived, or has entries that wait to be sealed.
    package func read(_ body: ([String]) async throws -> Void) async throws(AuditStoreError) {
        try await store.telling("archiving \(month)") {
            try await requireClosed()
            try await store.pool.withTransaction(
                TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
            ) { transaction in
                let cursor: PostgresQuery = """
                    DECLARE entries NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text FROM audit_trail AS t
                    WHERE \(unescaped: range) ORDER BY t.tenantId, t.sequence
                    """
                _ = try await transaction.query(cursor.unprepared)
                while true {
                    let rows = try await transaction.query(
                        PostgresQuery(unsafeSQL: "FETCH 2000 FROM entries").unprepared
                    )
                    .decode(String.self)
                    if rows.isEmpty { break }
                    try await body(rows)
                }
            }
        }
    }

    /// Removes the month's entries, which are in a file; their seals stay.
    ///
    /// - Throws: `.refused` when there are others than the file has.
    package func detach(file: String, sha256: String, entries: Int) async throws(AuditStoreError) {
        try await store.telling("archiving \(month)") {
            try await store.pool.withTransaction(
                TransactionOptions(isolation: .readCommitted),
                prologue: [.lockTimeout(.seconds(10)), AuditDatabase.sealing]
            ) { transaction in
                let partition = "audit_trail_" + month.replacing("-", with: "_")
                let count = try await transaction.query(
                    PostgresQuery(unsafeSQL: "SELECT count(*) FROM audit_trail AS t WHERE \(range)").unprepared
                        .within(.seconds(600))
                ).single().decode(Int.self, at: 0)
                guard count == entries else {
                    throw AuditStoreError(
                        .refused,
                        "\(month) has \(count) entries now, and \(entries) are in \(file): archive it again"
                    )
                }
                _ = try await transaction.query(
                    """
                    INSERT INTO audit_archives (month, file, sha256, entries)
                    VALUES (\(unescaped: "'\(month)-01'"), \(file), \(sha256), \(entries))
                    """
                )
                try await transaction.script(
                    """
                    DELETE FROM audit_trail_default AS t WHERE \(range);
                    DROP TABLE IF EXISTS \(partition);
                    """,
                    timeout: .seconds(600)
                )
            }
        }
    }

    /// Puts a month's entries back; those that are there already stay.
    ///
    /// - Parameter next: the next rows; nil after the last.
    /// - Throws: `.tampered` when they are not those that were sealed; nothing was done then.
    package func attach(_ next: () async throws -> [String]?) async throws(AuditStoreError) -> Int {
        let start = Timestamp("\(month)-01T00:00:00Z")
        try await store.makeMonths(from: start)
        return try await store.telling("attaching \(month)") {
            try await store.pool.withTransaction(
                TransactionOptions(isolation: .readCommitted),
                prologue: [.lockTimeout(.seconds(10)), AuditDatabase.sealing]
            ) { transaction in
                var attached = 0
                while let rows = try await next() {
                    let insert: PostgresQuery = """
                        INSERT INTO audit_trail
                        SELECT p.* FROM unnest(\(rows)::jsonb[]) AS r
                        CROSS JOIN LATERAL jsonb_populate_record(NULL::audit_trail, r) AS p ON CONFLICT DO NOTHING
                        """
                    attached += try await transaction.query(insert.within(.seconds(300))).affectedRows
                }
                let wrong = try await transaction.query(
                    PostgresQuery(
                        unsafeSQL: """
                            SELECT s.tenantId::text, s.number FROM audit_seals AS s
                            LEFT JOIN (
                              SELECT tenantId, seal, count(*) AS entries, sha256(string_agg(
                                sha256(convert_to(\(AuditDigest.canonicalText("t")), 'UTF8')), ''::bytea ORDER BY sequence)) AS root
                              FROM audit_trail AS t WHERE \(range) GROUP BY tenantId, seal) AS e
                              ON e.tenantId = s.tenantId AND e.seal = s.number
                            WHERE s.month = '\(month)-01'
                              AND (e.entries IS DISTINCT FROM s.entries::bigint OR e.root IS DISTINCT FROM s.root) LIMIT 1
                            """
                    ).unprepared.within(.seconds(3600))
                ).decode((String.self, Int.self))
                if let (tenant, seal) = wrong.first {
                    throw AuditStoreError(
                        .tampered,
                        "the entries of seal \(seal) of tenant \(tenant) are not those that were sealed: nothing was attached"
                    )
                }
                _ = try await transaction.query(
                    "DELETE FROM audit_archives WHERE month = \(unescaped: "'\(month)-01'")"
                )
                return attached
            }
        }
    }

    // MARK: - Private

    private var range: String {
        """
        t.timestamp >= '\(month)-01 00:00:00+00' AND t.timestamp < '\(month)-01 00:00:00+00'::timestamptz + interval '1 month'
        """
    }

    private func requireClosed() async throws {
        let (isOver, isArchived, isWaiting) = try await store.pool.query(
            PostgresQuery(
                unsafeSQL: """
                    SELECT now() >= '\(month)-01 00:00:00+00'::timestamptz + interval '1 month',
                           EXISTS (SELECT FROM audit_archives WHERE month = '\(month)-01'),
                           EXISTS (SELECT FROM audit_logs AS t WHERE \(range))
                    """
            ).unprepared
        ).single().decode((Bool.self, Bool.self, Bool.self))
        guard isOver else { throw AuditStoreError(.refused, "\(month) is not over") }
        guard !isArchived else { throw AuditStoreError(.refused, "\(month) is archived: attach it first") }
        guard !isWaiting else {
            throw AuditStoreError(.refused, "some entries of \(month) are not sealed yet: try again in a moment")
        }
    }
}

extension AuditDatabase {
    /// The months that are in files, the oldest first.
    package func archives() async throws(AuditStoreError) -> [(
        month: String, file: String, sha256: String, entries: Int
    )] {
        try await telling("reading the archives") {
            try await pool.query(
                "SELECT to_char(month, 'YYYY-MM'), file, sha256, entries FROM audit_archives ORDER BY month"
            )
            .decode((String.self, String.self, String.self, Int.self))
            .map { (month: $0.0, file: $0.1, sha256: $0.2, entries: $0.3) }
        }
    }

    /// - Throws: `.refused` when months of the tenant's trail are in files.
    package func requireAttached(_ tenant: TenantID) async throws(AuditStoreError) {
        let months = try await telling("reading the archives") {
            try await pool.query(
                """
                SELECT DISTINCT to_char(a.month, 'YYYY-MM') FROM audit_archives AS a
                JOIN audit_seals AS s ON s.month = a.month AND s.tenantId = \(tenant) ORDER BY 1
                """
            ).decode(String.self)
        }
        guard months.isEmpty else {
            throw AuditStoreError(
                .refused,
                "of the tenant's trail \(months.joined(separator: ", ")) is archived in region \(region): "
                    + "put it back first (hubctl audit attach)"
            )
        }
    }
}
