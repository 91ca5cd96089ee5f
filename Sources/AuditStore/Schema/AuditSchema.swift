package import Migrations
import ShardStore

/// The schema of an audit store's database: one migration a file, in the order below.
package enum AuditSchema {
    package static let schema = Schema(name: "audit", migrations: [ShardSchema.roles, trail])

    /// Every table that holds something of a tenant, in the order in which a tenant's rows are removed.
    package static let tenantTables = ["audit_logs", "audit_trail", "audit_seals", "audit_witnesses", "audit_chains"]
}
