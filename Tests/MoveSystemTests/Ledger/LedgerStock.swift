import HubModel

/// What there is of a tenant on the shard that serves it, when nobody writes any more.
struct LedgerStock: Sendable {
    struct Row: Sendable {
        let title: String
        let status: WorkStatus
    }

    /// Its projects and tasks.
    var rows: [Row] = []
    /// How often its audit trail has each action, of each object.
    var trail: [ObjectID: [String: Int]] = [:]
}
