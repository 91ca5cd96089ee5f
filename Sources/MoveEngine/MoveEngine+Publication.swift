import HubModel
package import Postgres
import ShardStore

extension MoveEngine {
    /// Publishes the tenant's rows of every carried table at the source, and nothing of anybody else.
    ///
    /// Never TRUNCATE, which ignores row filters and would empty the target's tables for all its tenants.
    package func publish() async throws(MoveError) {
        do throws(MoveError) {
            _ = try await change(
                source,
                "publishing the tenant's rows",
                // The lock of those who make audit partitions; see hub_create_audit_partitions.
                ["SELECT pg_advisory_xact_lock(18434, 0)", publication.unprepared]
            )
        } catch  where error.underlying?.isServerError("42710") == true {
            return  // it is there already
        }
    }

    /// The statement that makes the publication.
    package var publication: PostgresQuery {
        let tables = ShardSchema.carriedTables.map { table in
            "\(table) WHERE (\(table == "tenants" ? "id" : "tenantId") = '\(claim.tenant)')"
        }
        return """
            CREATE PUBLICATION \(identifier: stream.description) FOR TABLE
              \(unescaped: tables.joined(separator: ",\n  "))
              WITH (publish = 'insert, update, delete', publish_via_partition_root = true)
            """
    }

    /// Makes a slot at the source, from now on, unless it is there.
    ///
    /// - Parameter limit: a slot waits for every transaction that is open on the server, whoever's it is.
    /// - Throws: `.late` when they take longer.
    func makeSlot(_ name: StreamName, within limit: Duration) async throws(MoveError) {
        let doing = "making the slot \(name)"
        try await require(source, doing)
        do throws(MoveError) {
            _ = try await telling(source, doing) {
                try await source.pool.transact([
                    """
                    SELECT set_config('lock_timeout', \("\(limit.milliseconds)ms"), true),
                           set_config('statement_timeout', \("\(limit.milliseconds)ms"), true)
                    """,
                    "SELECT pg_create_logical_replication_slot(\(name.description), 'pgoutput')",
                ])
            }
        } catch  where error.underlying?.isServerError("42710") == true {
            return  // it is there already
        }
    }
}
