package import HubModel

/// A region: a part of the world with shards and a cache of its own.
package struct RegionDescription: Hashable, Sendable {
    package let id: RegionID
    /// As people read it in the sign-up form.
    package let name: String
    /// Where the region's Redis is.
    package let redis: Endpoint
    /// Nil where the shards keep the whole audit trail themselves.
    package let audit: AuditStoreDescription?
}
