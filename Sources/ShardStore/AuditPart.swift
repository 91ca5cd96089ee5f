package import HubModel

/// The part of a tenant's audit trail that is on its shard.
package struct AuditPart: Sendable {
    package let entries: Listing<AuditRecord>
    /// What is older is in the region's audit store alone; nil when there is nothing older.
    package let floor: Timestamp?
}
