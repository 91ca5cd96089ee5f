package import Caching
package import HubModel
package import Redis

extension CacheServer {
    /// Removes what earlier openings of the gate left, which nobody reads any more: fences among it, which never expire.
    ///
    /// - Parameters:
    ///   - epoch: the oldest opening whose items stay.
    ///   - cursor: where the last call ended, if it did not come to an end.
    ///   - limit: after how many steps of ``CacheScan/stepLength`` keys to stop.
    /// - Returns: how many items were removed, and where to go on; nil when everything has been looked at.
    package func sweep(
        keeping epoch: GateEpoch,
        from cursor: CacheScan.Cursor = .start,
        limit: Int = 20
    ) async throws(RedisError) -> (removed: Int, next: CacheScan.Cursor?) {
        let scan = CacheScan(redis: redis, prefix: namespace.prefix)
        var removed = 0
        var next: CacheScan.Cursor? = cursor
        for _ in 0..<limit {
            guard let cursor = next else { break }
            let step = try await scan.step(from: cursor)
            next = step.next
            let old = step.names.filter { name in namespace.key(name).map { $0.gateEpoch < epoch } ?? false }
            if !old.isEmpty {
                removed += try await redis.send(["UNLINK"] + old.map { RedisArgument($0) }).reply.integer ?? 0
            }
        }
        return (removed, next)
    }

    /// Removes a tenant's items of epochs before the given one, whatever opening of the gate they are of.
    ///
    /// - Returns: how many items were removed.
    package func remove(_ tenant: TenantID, before epoch: Epoch) async throws(RedisError) -> Int {
        let scan = CacheScan(redis: redis, prefix: namespace.prefix)
        var removed = 0
        var next: CacheScan.Cursor? = .start
        while let cursor = next {
            let step = try await scan.step(from: cursor)
            next = step.next
            let old = step.names.filter { name in
                namespace.key(name).map { $0.tenant == tenant && $0.tenantEpoch < epoch } ?? false
            }
            if !old.isEmpty {
                removed += try await redis.send(["UNLINK"] + old.map { RedisArgument($0) }).reply.integer ?? 0
            }
        }
        return removed
    }
}
