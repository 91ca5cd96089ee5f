package import Caching
import HubModel
package import Redis

extension CacheServer {
    /// What the server says of itself, and who has how much in it.
    ///
    /// - Parameters:
    ///   - epoch: the opening of the gate whose items are counted.
    ///   - limit: how many tenants to name.
    ///   - steps: after how many steps of ``CacheScan/stepLength`` keys to stop; then the tenants' shares are of a part.
    package func census(
        at epoch: GateEpoch,
        limit: Int,
        steps: Int = 1000
    ) async throws(RedisError) -> CacheStatus.Server {
        let replies = try await redis.pipeline([["INFO", "memory"], ["INFO", "stats"]]).replies
        let information = RedisInformation(replies)
        let shares = limit > 0 ? try await shares(at: epoch, steps: steps) : []
        return CacheStatus.Server(
            usedBytes: information.integer("used_memory") ?? 0,
            maximumBytes: information.integer("maxmemory") ?? 0,
            evictions: information.integer("evicted_keys") ?? 0,
            tenants: Array(shares.prefix(limit))
        )
    }

    /// Items of the shard drawn by lot, whatever opening of the gate they are of.
    ///
    /// - Parameter count: how many draws; fewer items come back when others share the server, or one was drawn twice.
    package func sample(_ count: Int) async throws(RedisError) -> [CacheKey] {
        guard count > 0 else { return [] }
        let replies = try await redis.pipeline(Array(repeating: ["RANDOMKEY"], count: count)).replies
        return Array(Set(replies.compactMap { $0.string.flatMap(namespace.key) }))
    }

    // MARK: - Private

    private func shares(at epoch: GateEpoch, steps: Int) async throws(RedisError) -> [CacheStatus.Share] {
        let scan = CacheScan(redis: redis, prefix: "\(namespace.prefix)\(epoch.rawValue):")
        var shares: [TenantID: CacheStatus.Share] = [:]
        var next: CacheScan.Cursor? = .start
        // A walk may meet a key twice.
        var seen: Set<CacheKey> = []
        for _ in 0..<steps {
            guard let cursor = next else { break }
            let step = try await scan.step(from: cursor)
            next = step.next
            let keys = step.names.compactMap(namespace.key).filter { seen.insert($0).inserted }
            guard !keys.isEmpty else { continue }
            let sizes = try await redis.pipeline(keys.map { ["MEMORY", "USAGE", RedisArgument(namespace.name($0))] })
            for (key, size) in zip(keys, sizes.replies) {
                // What has gone meanwhile has no size.
                guard let bytes = size.integer else { continue }
                shares[key.tenant, default: CacheStatus.Share(tenant: key.tenant, keys: 0, bytes: 0)].keys += 1
                shares[key.tenant]?.bytes += bytes
            }
        }
        return shares.values.sorted { ($0.bytes, $1.tenant) > ($1.bytes, $0.tenant) }
    }
}
