import Metrics
import Observability
import ShardStore

/// The gauges of the tenants' shares.
struct TenantShareMeters: Sendable {
    private let shares: [TenantShares]
    private let waiting: Gauge
    private let refused: Gauge

    init(shares: [TenantShares], factory: any MetricsFactory) {
        self.shares = shares
        waiting = Gauge(label: "hub_tenant_waiting", factory: factory)
        refused = Gauge(label: "hub_tenant_refused", factory: factory)
    }

    /// Brings the gauges up to date before each scrape.
    func report(to registry: PrometheusRegistry) {
        registry.beforeScrape {
            let statistics = shares.map(\.statistics)
            waiting.record(statistics.reduce(0) { $0 + $1.waiting })
            refused.record(statistics.reduce(0) { $0 + $1.refused })
        }
    }
}
