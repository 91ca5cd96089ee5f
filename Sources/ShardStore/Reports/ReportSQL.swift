import HubColumns
import HubModel
import Postgres

/// The queries of a report, each over one batch of tenants.
enum ReportSQL {
    /// Of every tenant: limits and what there is. Tasks come from their counters, so that nobody reads tasks for it.
    static func figures(of tenants: [TenantID]) -> PostgresQuery {
        """
        SELECT t.id, t.createdAt, t.maxUsers, t.maxProjects, coalesce(u.n, 0), coalesce(p.n, 0), coalesce(c.tasks, 0),
               coalesce(c.completed, 0)
        FROM tenants AS t
        LEFT JOIN (SELECT tenantId, count(*) AS n FROM users WHERE tenantId = ANY(\(tenants)) GROUP BY tenantId) AS u
          ON u.tenantId = t.id
        LEFT JOIN (SELECT tenantId, count(*) AS n FROM projects WHERE tenantId = ANY(\(tenants)) GROUP BY tenantId) AS p
          ON p.tenantId = t.id
        LEFT JOIN (SELECT tenantId, sum(tasks) AS tasks, sum(completed) AS completed FROM task_counts
                   WHERE tenantId = ANY(\(tenants)) GROUP BY tenantId) AS c
          ON c.tenantId = t.id
        WHERE t.id = ANY(\(tenants))
        """
    }

    /// Of tenants with open tasks: how many are in progress, and how many overdue. It reads every task once.
    static func openTasks(of tenants: [TenantID]) -> PostgresQuery {
        """
        SELECT tenantId, count(*) FILTER (WHERE status = 'in-progress'), count(*) FILTER (WHERE dueDate < now())
        FROM tasks WHERE tenantId = ANY(\(tenants)) AND status <> 'completed' GROUP BY tenantId
        """
    }

    /// Of every tenant when it was last used. The trail's older partitions are looked into only for those of which the
    /// partitions of the window have nothing.
    static func activity(of tenants: [TenantID], since: Timestamp) -> PostgresQuery {
        """
        SELECT t.id, greatest(t.createdAt, s.at, recent.at, early.at)
        FROM tenants AS t
        LEFT JOIN (SELECT tenantId, max(greatest(createdAt, lastUsedAt)) AS at FROM sessions
                   WHERE tenantId = ANY(\(tenants)) GROUP BY tenantId) AS s
          ON s.tenantId = t.id
        LEFT JOIN LATERAL (SELECT a.timestamp AS at FROM audit_logs AS a
                           WHERE a.tenantId = t.id AND a.timestamp >= \(since)
                           ORDER BY a.timestamp DESC LIMIT 1) AS recent ON true
        LEFT JOIN LATERAL (SELECT a.timestamp AS at FROM audit_logs AS a
                           WHERE recent.at IS NULL AND a.tenantId = t.id AND a.timestamp < \(since)
                           ORDER BY a.timestamp DESC LIMIT 1) AS early ON true
        WHERE t.id = ANY(\(tenants))
        """
    }

    static func auditEntries(of tenants: [TenantID]) -> PostgresQuery {
        "SELECT tenantId, count(*) FROM audit_logs WHERE tenantId = ANY(\(tenants)) GROUP BY tenantId"
    }

    /// New tasks twice: by step over all tenants, and by tenant over all steps. It reads every task once.
    static func newTasks(of tenants: [TenantID], since: Timestamp, by unit: ReportUnit) -> PostgresQuery {
        """
        SELECT tenantId, to_char(step, 'YYYY-MM-DD'), count(*)
        FROM (SELECT tenantId, date_trunc('\(unescaped: unit.rawValue)', createdAt AT TIME ZONE 'UTC') AS step FROM tasks
              WHERE tenantId = ANY(\(tenants)) AND createdAt >= \(since)) AS made
        GROUP BY GROUPING SETS ((step), (tenantId))
        """
    }

    static func growth(of tenants: [TenantID], since: Timestamp, by unit: ReportUnit) -> PostgresQuery {
        """
        SELECT kind, to_char(step, 'YYYY-MM-DD'), count(*)
        FROM (SELECT kind, date_trunc('\(unescaped: unit.rawValue)', createdAt AT TIME ZONE 'UTC') AS step
              FROM (SELECT 'tenants' AS kind, createdAt FROM tenants WHERE id = ANY(\(tenants))
                    UNION ALL SELECT 'users', createdAt FROM users WHERE tenantId = ANY(\(tenants))
                    UNION ALL SELECT 'projects', createdAt FROM projects WHERE tenantId = ANY(\(tenants))) AS things
              WHERE createdAt >= \(since)) AS made
        GROUP BY kind, step
        """
    }
}
