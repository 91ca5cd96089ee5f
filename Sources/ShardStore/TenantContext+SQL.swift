import HubColumns
import Postgres

extension TenantContext {
    /// What a reading transaction begins with.
    var readPrologue: [PostgresQuery] {
        ["SELECT set_config('hub.tenant', \(tenant)::text, true)", "SELECT \(fragment: requireOwnership)"]
    }

    /// What a writing transaction begins with: the tenant's fence first, and the cache's gate, which is not held while the
    /// fence is waited for; then, in a younger snapshot, the judgement and the gate's row.
    var writePrologue: [PostgresQuery] {
        [
            """
            SELECT set_config('hub.tenant', \(tenant)::text, true),
                   pg_advisory_xact_lock_shared(18433, hub_tenant_lock_key(\(tenant))),
                   pg_advisory_xact_lock_shared(18435, 0)
            """,
            .gateReading(after: requireOwnership),
        ]
    }

    /// What a transaction begins with that creates or erases the tenant: it waits for every writer, and keeps them out.
    var exclusivePrologue: [PostgresQuery] {
        [
            """
            SELECT set_config('hub.tenant', \(tenant)::text, true),
                   pg_advisory_xact_lock(18433, hub_tenant_lock_key(\(tenant)))
            """
        ]
    }

    /// An expression that fails with HU421 unless the shard serves the tenant at the context's epoch.
    var requireOwnership: PostgresQuery { "hub_require_ownership(\(tenant), \(epoch))" }
}

extension TransactionOptions {
    static var snapshot: TransactionOptions { TransactionOptions(isolation: .repeatableRead, isReadOnly: true) }
    static var fenced: TransactionOptions { TransactionOptions(isolation: .readCommitted) }
}
