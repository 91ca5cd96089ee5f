package import HubModel

/// A restore of a tenant in its place, for which routers hold its requests; as the operators' trail remembers it.
package struct TenantRestoreHold: Codable, Hashable, Sendable {
    /// The restore's id, by which its shard knows it.
    package let restore: MoveID
    /// The moment, as the operator gave it.
    package let restoredTo: String
    package let restoredBy: String
    /// At which the tenant was held.
    package let epoch: Epoch
    /// What the tenant is again afterwards.
    package let stateBefore: TenantState
}
