/// The statements that backends send to shard us-1, as pg_stat_statements counts them.
struct StatementCounts: Sendable {
    let hub: Hub

    /// - Throws: unless the deployment was started with `HUB_STATEMENT_STATISTICS=1`.
    init(of hub: Hub) throws {
        self.hub = hub
        guard try hub.inShard("SHOW shared_preload_libraries").contains("pg_stat_statements") else {
            throw BenchmarkFailure("start the deployment with HUB_STATEMENT_STATISTICS=1; compose/bench cache does")
        }
        _ = try hub.inShard("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    }

    func reset() throws { _ = try hub.inShard("SELECT FROM pg_stat_statements_reset()") }

    /// How many there were since the reset, the renewals of leases on the gate left out: they are as many whether anybody
    /// asks or not.
    func calls() throws -> Int { try sum("query NOT LIKE '%cache_objections%'") }

    /// How many transactions there were since the reset: each says which tenant it is for.
    func transactions() throws -> Int { try sum("query LIKE '%set_config(''hub.tenant''%'") }

    // MARK: - Private

    private func sum(_ condition: String) throws -> Int {
        let sql = """
            SELECT coalesce(sum(calls), 0) FROM pg_stat_statements JOIN pg_roles AS r ON r.oid = userid
            WHERE rolname = 'hub_app' AND \(condition)
            """
        guard let count = Int(try hub.inShard(sql)) else { throw BenchmarkFailure("no number of statements") }
        return count
    }
}
