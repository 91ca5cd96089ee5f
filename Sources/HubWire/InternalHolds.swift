package import HubModel

/// The answer of a router's `GET /internal/tenants/{id}/holds`: how many requests of a tenant it held for moves.
package struct InternalHolds: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    /// Requests that waited, and those that a hold's limits sent away.
    package let held: Int64
    /// How many of them were answered only after ``lateMilliseconds``, or with 503.
    package let late: Int64
    package let longestMicroseconds: Int64
    /// How many wait now, and are not counted yet.
    package let waiting: Int
    /// For how long the router has counted: what was before is not in it.
    package let countedMilliseconds: Int64
    /// Whether the router forgot some of what was asked for, since it remembers only so much.
    package let isForgetful: Bool

    /// How long a request may be held and yet be in time.
    package static let lateMilliseconds = 250

    package init(
        tenantId: TenantID,
        held: Int64,
        late: Int64,
        longestMicroseconds: Int64,
        waiting: Int,
        countedMilliseconds: Int64,
        isForgetful: Bool
    ) {
        self.tenantId = tenantId
        self.held = held
        self.late = late
        self.longestMicroseconds = longestMicroseconds
        self.waiting = waiting
        self.countedMilliseconds = countedMilliseconds
        self.isForgetful = isForgetful
    }
}
