/// A tenant's state on one shard, in that shard's own database: the final judge of who serves the tenant.
package enum OwnershipState: String, CaseIterable, Codable, Sendable {
    /// This shard serves the tenant, at the epoch beside the state.
    case active
    /// A move is copying the tenant here; nobody is served.
    case importing
    /// A cutover has fenced the tenant here; nobody is served.
    case frozen
    /// The tenant has moved away.
    case left
}
