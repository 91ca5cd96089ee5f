package import HubModel

/// About how much the tenants take on disk.
package struct ReportStorageView: Codable, Hashable, Sendable {
    package static let method = """
        Estimated: a tenant's people, projects, tasks and audit entries are counted, and each counts as what a row of its \
        table takes on average at that shard, with indices, TOAST and free room. A tenant with longer texts takes more than \
        this says. Sessions, events and kept answers belong to nobody here.
        """

    /// How the numbers were come by.
    package let method: String
    /// Of all tenants.
    package let tenantBytes: Int64
    /// Of all shards' databases, which hold more than tenants' rows.
    package let databaseBytes: Int64
    package let shards: [ReportShardStorage]
    /// The tenants that take the most.
    package let largest: [ReportTenantView]

    package init(shards: [ReportShardStorage], largest: [ReportTenantView]) {
        method = ReportStorageView.method
        tenantBytes = shards.reduce(0) { $0 + $1.tenantBytes }
        databaseBytes = shards.reduce(0) { $0 + $1.databaseBytes }
        self.shards = shards
        self.largest = largest
    }
}

package struct ReportShardStorage: Codable, Hashable, Sendable {
    package let shard: ShardID
    package let region: RegionID
    package let databaseBytes: Int64
    package let tenantBytes: Int64
    /// What a row of each table counts as.
    package let bytesPerUser: Double
    package let bytesPerProject: Double
    package let bytesPerTask: Double
    package let bytesPerAuditEntry: Double

    package init(
        shard: ShardID,
        region: RegionID,
        databaseBytes: Int64,
        tenantBytes: Int64,
        bytesPerUser: Double,
        bytesPerProject: Double,
        bytesPerTask: Double,
        bytesPerAuditEntry: Double
    ) {
        self.shard = shard
        self.region = region
        self.databaseBytes = databaseBytes
        self.tenantBytes = tenantBytes
        self.bytesPerUser = bytesPerUser
        self.bytesPerProject = bytesPerProject
        self.bytesPerTask = bytesPerTask
        self.bytesPerAuditEntry = bytesPerAuditEntry
    }
}
