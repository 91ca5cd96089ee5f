/// What a row costs on disk, on average over its table: with indices, TOAST and the room that is free in them.
///
/// It is the table's size over its rows, as the statistics of the last ANALYZE know their density. So a tenant with longer
/// texts than others takes more than these weights say, and one with shorter texts less.
package struct StorageWeights: Hashable, Sendable {
    package let bytesPerUser: Double
    /// With the counters of its tasks.
    package let bytesPerProject: Double
    package let bytesPerTask: Double
    package let bytesPerAuditEntry: Double
    /// Of the whole database, other tables included.
    package let databaseBytes: Int64

    /// About how many bytes the tenant takes.
    package func bytes(of tenant: TenantFigures) -> Int64 {
        Int64(
            (Double(tenant.users) * bytesPerUser + Double(tenant.projects) * bytesPerProject
                + Double(tenant.tasks) * bytesPerTask + Double(tenant.auditEntries) * bytesPerAuditEntry).rounded()
        )
    }
}
