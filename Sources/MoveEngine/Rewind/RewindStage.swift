package import HubModel

/// Where what a tenant had at a moment is put together on its shard, before it takes the place of what it has: tables in a
/// schema of their own, which only the administrator enters.
package enum RewindStage {
    /// How the names of all such schemas begin.
    static let prefix = "hub_rewind_"

    /// What comes back of a tenant, in such an order that a row refers only to rows before it.
    package static let restoredTables = ["tenants", "users", "projects", "tasks"]

    /// An answer that is kept for a request which is sent again is true only of what has come back.
    static let tables = restoredTables + ["idempotency_keys"]

    /// The advisory lock of who uses a stage of the shard.
    static let lock = "18437, 0"

    /// The schema for a tenant; the engine's target looks into it first, and into `public` next.
    static func schema(of tenant: TenantID) -> String {
        prefix + tenant.description.replacing("-", with: "")
    }

    /// The `search_path` of the connections to the shard.
    package static func searchPath(of tenant: TenantID) -> String { "\(schema(of: tenant)), public" }
}

/// How many rows of a table a tenant had at the moment and has now, and what has become of them.
package struct RewindDifference: Hashable, Sendable {
    package let table: String
    package let then: Int
    package let now: Int
    package let changed: Int
    package let added: Int
    package let deleted: Int
}

/// What the shard and its people are told of a rewind.
package struct RewindNote: Hashable, Sendable {
    /// The moment, as the operator gave it.
    package let moment: String
    /// Who did it.
    package let by: String

    package init(moment: String, by: String) {
        self.moment = moment
        self.by = by
    }
}

/// How a rewind has ended at its shard.
package enum RewindOutcome: Hashable, Sendable {
    /// The tenant is as it was at the moment, and is called so.
    case restored(name: String)
    /// Nothing of it was changed.
    case unchanged
}
