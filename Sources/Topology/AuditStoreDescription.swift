/// A region's audit store: a database of its own for the audit trails of its shards' tenants.
package struct AuditStoreDescription: Hashable, Sendable {
    /// The primary and its standbys; the first that accepts writes is used.
    package let endpoints: [Endpoint]
    package let database: String
}
