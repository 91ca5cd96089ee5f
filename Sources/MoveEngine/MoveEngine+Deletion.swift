import HubColumns
import HubModel
import Postgres
import ShardStore

/// How many rows of a tenant a table has.
package struct TableRows: Hashable, Sendable {
    package let table: String
    package let rows: Int
}

extension MoveEngine {
    /// Deletes the tenant's rows on a shard that does not serve it, a few thousand in each transaction.
    ///
    /// Foreign keys do not act meanwhile, so that a tenant with millions of tasks is not deleted by one cascade.
    ///
    /// - Parameter progress: called after each batch with the rows deleted so far.
    /// - Returns: what was deleted, by table.
    /// - Throws: `.refused` when the shard serves the tenant, or froze it.
    package func deleteRows(
        at side: MoveSide,
        batch: Int = 10_000,
        progress: (Int) -> Void = { _ in }
    ) async throws(MoveError) -> [TableRows] {
        var deleted: [String: Int] = [:]
        var total = 0
        // Rows that came while it was cut are in the open ends of the ranges.
        for range in try await ranges(at: side, size: batch).reversed() {
            let rows = try await change(
                side,
                "deleting rows of \(range.table.name)",
                [
                    "SELECT set_config('session_replication_role', 'replica', true)",
                    Self.requireState(of: claim.tenant, .importing, .left),
                    PostgresQuery(unsafeSQL: "DELETE FROM \(range.table.name) WHERE \(range.condition(claim.tenant))")
                        .unprepared.within(.seconds(300)),
                ]
            )[2].affectedRows
            deleted[range.table.name, default: 0] += rows
            total += rows
            progress(total)
        }
        return ShardSchema.carriedTables.map { TableRows(table: $0, rows: deleted[$0] ?? 0) }
    }

    /// How many rows of the tenant each carried table has.
    package func countRows(at side: MoveSide) async throws(MoveError) -> [TableRows] {
        let queries = ShardSchema.carriedTables.map { table -> PostgresQuery in
            let column = table == "tenants" ? "id" : "tenantId"
            return PostgresQuery(
                unsafeSQL: "SELECT count(*) FROM \(table) WHERE \(column) = '\(claim.tenant)'"
            ).unprepared.within(.seconds(300))
        }
        let counts = try await telling(side, "counting the tenant's rows") {
            try await side.pool.pipeline(queries).map { try $0.single().decode(Int.self, at: 0) }
        }
        return zip(ShardSchema.carriedTables, counts).map { TableRows(table: $0, rows: $1) }
    }
}
