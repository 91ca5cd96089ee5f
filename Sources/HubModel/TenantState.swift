/// A tenant's state in the directory, which routers act on.
package enum TenantState: String, CaseIterable, Codable, Sendable {
    /// Requests are forwarded to the tenant's shard.
    case active
    /// Requests are answered with the suspended page.
    case suspended
    /// Requests wait at the router, for the moment of a cutover.
    case held
    /// The tenant is being erased; its name is blocked.
    case deleting
}
