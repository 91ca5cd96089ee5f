package import Metrics
package import Observability
package import Postgres

/// The gauges of a pool of database connections.
package struct PoolMeters: Sendable {
    private let pool: PostgresPool
    private let idle: Gauge
    private let busy: Gauge
    private let waiting: Gauge

    /// - Parameter name: what the pool leads to, as the `pool` label.
    package init(pool: PostgresPool, name: String, factory: any MetricsFactory) {
        self.pool = pool
        func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> Gauge {
            Gauge(label: label, dimensions: [("pool", name)] + dimensions, factory: factory)
        }
        idle = gauge("hub_pool_connections", [("state", "idle")])
        busy = gauge("hub_pool_connections", [("state", "busy")])
        waiting = gauge("hub_pool_waiting")
    }

    /// Brings the gauges up to date before each scrape.
    package func report(to registry: PrometheusRegistry) {
        registry.beforeScrape {
            let stats = pool.stats
            idle.record(stats.idle)
            busy.record(stats.leased)
            waiting.record(stats.waiting)
        }
    }
}
