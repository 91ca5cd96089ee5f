import HubColumns
import HubModel
import Migrations
import Postgres
import ShardStore
import Topology

/// What was found in a restored database: how much there is, and everything that is not as it must be.
struct ClusterExamination: Encodable, Sendable {
    struct Count: Encodable, Sendable {
        let table: String
        let rows: Int64
    }

    /// The schema's version; it may be older than this release's when the moment is.
    var schema = 0
    var latestSchema = 0
    var counts: [Count] = []
    /// How many foreign keys and CHECKs every row was held against.
    var constraints = 0
    /// How many tables were read as the application's role, under one tenant.
    var guardedTables = 0
    /// The last commit that was recovered; nil when there was none after the backup.
    var recoveredTo: Timestamp?
    /// One sentence for each thing that is wrong.
    var faults: [String] = []

    var rows: Int64 { counts.reduce(0) { $0 + $1.rows } }

    /// Examines the database on a restored server.
    static func examine(_ target: DatabaseTarget, on server: RestoredServer) async throws -> ClusterExamination {
        var examination = try await server.withConnection(
            database: target.database,
            role: target.administrator.name
        ) { connection in
            var examination = ClusterExamination()
            try await examination.examineHealth(connection)
            try await examination.examineSchema(target.schema, connection)
            try await examination.count(connection)
            try await examination.examineConstraints(connection)
            return examination
        }
        if case .shard = target.kind { try await examination.examineIsolation(target, on: server) }
        return examination
    }

    // MARK: - Private

    private mutating func examineHealth(_ connection: PostgresConnection) async throws {
        let (isRecovering, failures, recoveredTo) = try await connection.query(
            """
            SELECT pg_is_in_recovery(), coalesce((SELECT sum(checksum_failures) FROM pg_stat_database), 0)::int8,
                   pg_last_xact_replay_timestamp()
            """
        ).single().decode((Bool.self, Int64.self, Timestamp?.self))
        self.recoveredTo = recoveredTo
        if isRecovering { faults.append("the server is still in recovery") }
        if failures > 0 { faults.append("\(failures) pages have a wrong checksum") }
        // It takes writes.
        _ = try await connection.query("SELECT pg_current_xact_id()::text")
        let indices = try await connection.query(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"
        )
        for index in indices { faults.append("index \(try index.decode(String.self, at: 0)) is not valid") }
    }

    private mutating func examineSchema(_ schema: Schema, _ connection: PostgresConnection) async throws {
        latestSchema = schema.version
        do throws(MigrationError) {
            try await Migrator(schema: schema).check(connection)
            self.schema = schema.version
        } catch {
            guard error.code == .behind else {
                faults.append(error.message)
                return
            }
            self.schema = try await connection.query("SELECT coalesce(max(version), 0)::int8 FROM schema_migrations")
                .single().decode(Int.self, at: 0)
        }
    }

    private mutating func count(_ connection: PostgresConnection) async throws {
        let tables = try await connection.query(
            """
            SELECT c.relname::text FROM pg_class AS c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            ORDER BY c.relname
            """
        )
        for row in tables {
            let table = try row.decode(String.self, at: 0)
            let rows = try await connection.query(
                PostgresQuery("SELECT count(*) FROM public.\(identifier: table)").unprepared
            ).single().decode(Int64.self, at: 0)
            counts.append(Count(table: table, rows: rows))
        }
    }

    /// Asks for the rows that break a constraint, for the catalog only says that there were none when it was made.
    private mutating func examineConstraints(_ connection: PostgresConnection) async throws {
        let found = try await connection.query(
            """
            SELECT c.conname::text, c.conrelid::regclass::text,
              CASE c.contype
              WHEN 'c' THEN
                format('SELECT count(*) FROM %s WHERE NOT (%s)', c.conrelid::regclass, pg_get_expr(c.conbin, c.conrelid))
              ELSE
                format(
                  'SELECT count(*) FROM %s AS child WHERE %s AND NOT EXISTS (SELECT FROM %s AS parent WHERE %s)',
                  c.conrelid::regclass,
                  (SELECT string_agg(format('child.%I IS NOT NULL', a.attname), ' AND ')
                   FROM unnest(c.conkey) AS k JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k),
                  c.confrelid::regclass,
                  (SELECT string_agg(format('parent.%I = child.%I', p.attname, a.attname), ' AND ')
                   FROM unnest(c.conkey, c.confkey) AS k (child, parent)
                   JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.child
                   JOIN pg_attribute AS p ON p.attrelid = c.confrelid AND p.attnum = k.parent))
              END
            FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
            WHERE t.relnamespace = 'public'::regnamespace AND NOT t.relispartition AND c.contype IN ('c', 'f')
              AND c.conparentid = 0
            ORDER BY 2, 1
            """
        ).decode((String.self, String.self, String.self))
        for (name, table, question) in found {
            let rows = try await connection.query(PostgresQuery(unsafeSQL: question).unprepared).single()
                .decode(Int64.self, at: 0)
            if rows > 0 { faults.append("\(rows) rows of \(table) break \(name)") }
        }
        constraints = found.count
    }

    private mutating func examineIsolation(_ target: DatabaseTarget, on server: RestoredServer) async throws {
        let application = target.roles[0].name
        let (tables, tenants) = try await server.withConnection(
            database: target.database,
            role: target.administrator.name
        ) { connection in
            let unguarded = try await connection.query(
                """
                SELECT c.relname::text FROM pg_class AS c
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                  AND (c.relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute
                       WHERE attrelid = c.oid AND attname = 'tenantid' AND NOT attisdropped))
                  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                           AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))
                ORDER BY 1
                """
            )
            for row in unguarded {
                faults.append("row-level security does not guard \(try row.decode(String.self, at: 0))")
            }
            let isMighty = try await connection.query(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = \(application)"
            ).single().decode(Bool.self, at: 0)
            if isMighty { faults.append("role \(application) is not bound by row-level security") }
            let tables = try await connection.query(
                """
                SELECT c.relname::text, CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenantid' END
                FROM pg_class AS c
                WHERE c.relname = ANY(\(["tenants"] + ShardSchema.tenantTables))
                  AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(\(application), c.oid, 'SELECT')
                ORDER BY 1
                """
            ).decode((String.self, String.self))
            // Two that differ in size, where there are two.
            let tenants = try await connection.query(
                """
                (SELECT tenantId::text FROM users GROUP BY tenantId ORDER BY count(*) DESC LIMIT 1)
                UNION (SELECT id::text FROM tenants ORDER BY id LIMIT 1)
                """
            ).decode((String.self))
            var expected: [(tenant: String, counts: [Int64])] = []
            for tenant in tenants {
                var counts: [Int64] = []
                for (table, key) in tables {
                    let query: PostgresQuery =
                        "SELECT count(*) FROM public.\(identifier: table) WHERE \(identifier: key) = \(tenant)::text::uuid"
                    counts.append(try await connection.query(query.unprepared).single().decode(Int64.self, at: 0))
                }
                expected.append((tenant, counts))
            }
            return (tables, expected)
        }
        guardedTables = tables.count
        try await server.withConnection(database: target.database, role: application) { connection in
            for (table, key) in tables {
                await examineRefusal(table, application, connection)
                for (tenant, counts) in tenants {
                    guard let index = tables.firstIndex(where: { $0.0 == table }) else { continue }
                    let rows = try await connection.transact([
                        "SELECT set_config('hub.tenant', \(tenant), true)",
                        PostgresQuery(
                            """
                            SELECT count(*), count(*) FILTER (WHERE \(identifier: key) <> \(tenant)::text::uuid)
                            FROM public.\(identifier: table)
                            """
                        ).unprepared,
                    ])
                    let (all, foreign) = try rows[1].single().decode((Int64.self, Int64.self))
                    if foreign > 0 { faults.append("\(table) shows tenant \(tenant) \(foreign) rows of others") }
                    if all - foreign != counts[index] {
                        faults.append("\(table) shows tenant \(tenant) \(all) of its \(counts[index]) rows")
                    }
                }
            }
        }
    }

    /// Without a tenant a question must fail: no context must never look like no data.
    private mutating func examineRefusal(
        _ table: String,
        _ role: String,
        _ connection: PostgresConnection
    ) async {
        do {
            let rows = try await connection.query(
                PostgresQuery("SELECT count(*) FROM public.\(identifier: table)").unprepared
            )
            // An empty table has no row to judge.
            let count = try rows.single().decode(Int64.self, at: 0)
            if count > 0 { faults.append("\(table) shows \(role) \(count) rows without a tenant") }
        } catch {}
    }
}
