import Metrics
import Observability
import TenantCache

/// The gauges of the cache.
struct CacheMeters: Sendable {
    private let cache: TenantCache
    private let open: Gauge
    private let counts: [(Gauge, any KeyPath<CacheStatus.Counts, Int> & Sendable)]

    init(cache: TenantCache, factory: any MetricsFactory) {
        self.cache = cache
        func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> Gauge {
            Gauge(label: label, dimensions: dimensions, factory: factory)
        }
        open = gauge("hub_cache_open")
        counts = [
            (gauge("hub_cache_reads", [("outcome", "hit")]), \.hits),
            (gauge("hub_cache_reads", [("outcome", "miss")]), \.misses),
            (gauge("hub_cache_reads", [("outcome", "bypass")]), \.bypasses),
            (gauge("hub_cache_fills"), \.fills),
            (gauge("hub_cache_fences"), \.fences),
            (gauge("hub_cache_refused_values"), \.refused),
            (gauge("hub_cache_closings"), \.closings),
            (gauge("hub_cache_audited"), \.audited),
            (gauge("hub_cache_inconsistent"), \.inconsistent),
        ]
    }

    /// Brings the gauges up to date before each scrape.
    func report(to registry: PrometheusRegistry) {
        registry.beforeScrape {
            open.record(cache.isOn ? 1 : 0)
            let now = cache.currentCounts
            for (gauge, count) in counts { gauge.record(now[keyPath: count]) }
        }
    }
}
