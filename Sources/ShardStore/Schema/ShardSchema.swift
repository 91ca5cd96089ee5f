package import Migrations

/// The schema of a shard's database: one migration a file, in the order below.
package enum ShardSchema {
    package static let schema = Schema(
        name: "shard",
        migrations: [
            roles, workspace, service, isolation, auditPartitions, idempotency, events, impersonation, cache, moving,
            moveAttempts, sessionUse, taskCounts, reports, replicas, auditStore,
        ]
    )

    /// Every table with a tenantId, apart from partitions; `tenants` itself has the id as its key. An erasure empties
    /// them all and a move carries all but the ownership, so a new table must be named here: a test compares the catalog.
    package static let tenantTables = [
        "users", "projects", "tasks", "task_counts", "audit_logs", "audit_floors", "sessions", "idempotency_keys",
        "events", "impersonations", "move_markers", "tenant_ownership",
    ]

    /// The tables whose rows of a tenant go with it to another shard.
    package static let carriedTables = ["tenants"] + tenantTables.filter { $0 != "tenant_ownership" }
}
