import Observability
import Redis
import TenantCache

/// How the region's Redis and the cache in it are, for `/ready`: without it a backend serves, only slower.
struct CacheHealth: Sendable {
    private let redis: RedisClient
    private let cache: TenantCache

    init(_ redis: RedisClient, _ cache: TenantCache) {
        self.redis = redis
        self.cache = cache
    }

    var component: Readiness.Component {
        switch redis.state {
        case .connected where cache.isOn: Readiness.Component("cache", .up)
        case .connected: Readiness.Component("cache", .degraded, detail: "the gate is \(cache.gateText)")
        case .disconnected(let outage):
            Readiness.Component("cache", .degraded, detail: outage.reason.map { "\($0)" } ?? "not connected yet")
        case .shutDown: Readiness.Component("cache", .degraded, detail: "shut down")
        }
    }
}
