import HubColumns
package import HubModel
package import Postgres

/// What there is of a tenant on the shard that serves it, when nobody writes any more.
package struct LedgerStock: Sendable {
    package struct Row: Sendable {
        let title: String
        /// nil for one that there is not.
        let status: WorkStatus?

        package init(title: String, status: WorkStatus?) {
            self.title = title
            self.status = status
        }
    }

    /// Its projects and tasks.
    package var rows: [Row] = []
    /// How often its audit trail has each action, of each object.
    package private(set) var trail: [ObjectID: [String: Int]] = [:]

    package init(rows: [Row] = [], trail: [ObjectID: [String: Int]] = [:]) {
        self.rows = rows
        self.trail = trail
    }

    /// Takes stock in a shard's database, for which it wants somebody from whom row-level security hides nothing.
    ///
    /// - Parameter known: rows that no writer made and that are not looked at; all rows are, unless it says otherwise.
    package init(
        of tenant: TenantID,
        in pool: PostgresPool,
        except known: Set<ObjectID> = []
    ) async throws(PostgresError) {
        self.init()
        let rows = try await pool.query(
            """
            SELECT id, name, status FROM projects WHERE tenantId = \(tenant)
            UNION ALL SELECT id, title, status FROM tasks WHERE tenantId = \(tenant)
            """
        )
        for row in rows {
            let (id, title, status) = try row.decode((ObjectID.self, String.self, String.self))
            guard !known.contains(id) else { continue }
            self.rows.append(Row(title: title, status: WorkStatus(rawValue: status)))
        }
        let trail = try await pool.query(
            """
            SELECT entityId, action, count(*)::int FROM audit_logs
            WHERE tenantId = \(tenant) AND entityType IN ('project', 'task') GROUP BY entityId, action
            """
        )
        for row in trail {
            let (id, action, count) = try row.decode((ObjectID.self, String.self, Int.self))
            self.trail[id, default: [:]][action] = count
        }
    }
}
