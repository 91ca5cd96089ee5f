import Observability
import Redis

/// How the region's Redis is, for `/ready`: without it a backend serves, only slower.
struct CacheHealth: Sendable {
    private let redis: RedisClient

    init(_ redis: RedisClient) {
        self.redis = redis
    }

    var component: Readiness.Component {
        switch redis.state {
        case .connected: Readiness.Component("cache", .up)
        case .disconnected(let outage):
            Readiness.Component("cache", .degraded, detail: outage.reason.map { "\($0)" } ?? "not connected yet")
        case .shutDown: Readiness.Component("cache", .degraded, detail: "shut down")
        }
    }
}
