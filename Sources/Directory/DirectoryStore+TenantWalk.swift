import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    /// The next tenants of a walk over all of them, in the order of their ids: nobody comes twice, and nobody who is
    /// there from the beginning to the end is left out.
    ///
    /// - Parameters:
    ///   - after: the last one of the walk so far; nil begins it.
    ///   - shard: only tenants of this shard, when it is given.
    /// - Returns: at most `limit` tenants, and how many there are after those.
    package func tenants(
        after: TenantID?,
        on shard: ShardID?,
        limit: Int
    ) async throws(DirectoryError) -> (tenants: [DirectoryTenant], remaining: Int) {
        var condition: PostgresQuery = "true"
        if let shard { condition = "\(fragment: condition) AND t.shard = \(shard)" }
        if let after { condition = "\(fragment: condition) AND t.id > \(after)" }
        let answers = try await read(
            "\(fragment: DirectoryTenant.query(where: condition)) ORDER BY t.id LIMIT \(limit)",
            "SELECT count(*) FROM tenants AS t WHERE \(fragment: condition)"
        )
        let tenants = try answers[0].map(DirectoryTenant.init)
        return (tenants, max(0, try answers[1].value(Int.self) - tenants.count))
    }

    /// Those of the tenants that there still are.
    package func tenants(_ ids: [TenantID]) async throws(DirectoryError) -> [DirectoryTenant] {
        guard !ids.isEmpty else { return [] }
        return try await read(DirectoryTenant.query(where: "t.id = ANY(\(ids))"))[0].map(DirectoryTenant.init)
    }
}
