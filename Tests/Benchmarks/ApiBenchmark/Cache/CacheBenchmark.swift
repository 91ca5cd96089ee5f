/// What the cache of a shard is worth, and what it costs.
struct CacheBenchmark {
    let hub: Hub

    /// - Parameter parts: which of them; none for all: rates, first, writes, outage, warming.
    /// - Returns: whether the outage failed no request and the operators' command warmed the cache.
    func report(_ parts: some Collection<String>) async throws -> Bool {
        func wants(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }
        let large = try await SizedTenant("bench-large", projects: 100, tasksEach: 100, on: hub)
        let small = try await SizedTenant("bench-small", projects: 5, tasksEach: 20, on: hub)
        let tenants = try await LoadedTenants(of: hub)
        try printSetting(tenants)
        if wants("rates") { try await HitRates(hub: hub, tenant: large).report() }
        if wants("first") { try await FirstRequests(hub: hub, tenants: tenants).report() }
        if wants("writes") { try await FenceCost(hub: hub, tenant: small).report() }
        let isWarmed = if wants("warming") { try await WarmingTime(hub: hub, tenants: tenants).report() } else { true }
        let isServed = if wants("outage") { try await RedisOutage(hub: hub, tenants: tenants).report() } else { true }
        return isWarmed && isServed
    }

    // MARK: - Private

    private func printSetting(_ tenants: LoadedTenants) throws {
        let rows = try hub.inShard(
            "SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM projects), (SELECT count(*) FROM tasks)"
        ).split(separator: "|")
        guard rows.count == 3 else { throw BenchmarkFailure("no rows") }
        print(
            """

            Shard us-1 has \(rows[0]) tenants, \(rows[1]) projects and \(rows[2]) tasks. Load, router, two backends, Redis \
            and PostgreSQL share this machine: \(Machine.description).
            """
        )
    }
}
