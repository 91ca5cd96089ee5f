import HubModel

/// A table that demo data fills, with its columns in the order of the rows that are written.
enum DemoTable: CaseIterable {
    case tenants, ownership, users, projects, tasks, auditLogs

    var copyStatement: String {
        switch self {
        case .tenants: "COPY tenants (id, subdomain, name, maxUsers, maxProjects, createdAt, updatedAt) FROM STDIN"
        case .ownership: "COPY tenant_ownership (tenantId, epoch, state) FROM STDIN"
        case .users:
            "COPY users (tenantId, id, email, fullName, passwordHash, role, createdAt, updatedAt) FROM STDIN"
        case .projects: "COPY projects (tenantId, id, name, status, createdBy, createdAt, updatedAt) FROM STDIN"
        case .tasks:
            """
            COPY tasks (tenantId, id, projectId, title, status, priority, assignedTo, dueDate, createdAt, updatedAt)
            FROM STDIN
            """
        case .auditLogs:
            "COPY audit_logs (tenantId, id, userId, action, entityType, entityId, changes, timestamp) FROM STDIN"
        }
    }
}
