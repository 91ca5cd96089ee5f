import HubModel

/// How many of a tenant's requests the routers held in the last minutes, and how many of them were not answered in time.
struct HoldCounts: Sendable {
    struct Counts: Sendable {
        var held: Int64 = 0
        var late: Int64 = 0
    }

    /// Asks every router; nil when one does not answer.
    let ask: @Sendable (TenantID) async -> Counts?

    func counts(of tenant: TenantID) async -> Counts? { await ask(tenant) }
}
