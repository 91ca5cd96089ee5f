/// Whether a shard takes new tenants.
package enum ShardState: String, CaseIterable, Codable, Sendable {
    /// Serves its tenants and takes new ones.
    case open
    /// Serves its tenants; takes no new ones, and operators are moving the rest away.
    case draining
    /// Serves its tenants; takes no new ones.
    case closed
}
