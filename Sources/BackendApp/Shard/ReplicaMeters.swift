import Metrics
import Observability
import Placement
import ShardStore

/// The gauges of the shard's replicas.
struct ReplicaMeters: Sendable {
    private let replicas: ReadReplicas
    private let passed: Gauge
    private let gauge: @Sendable (String, [(String, String)]) -> Gauge

    init(replicas: ReadReplicas, factory: any MetricsFactory) {
        self.replicas = replicas
        gauge = { Gauge(label: $0, dimensions: $1, factory: factory) }
        passed = Gauge(label: "hub_replica_passed", factory: factory)
    }

    /// Brings the gauges up to date before each scrape.
    func report(to registry: PrometheusRegistry) {
        registry.beforeScrape {
            passed.record(replicas.passed)
            for status in replicas.statuses {
                let replica = ("replica", status.name)
                gauge("hub_replica_serving", [replica]).record(status.availability.isServing ? 1 : 0)
                for (outcome, count) in [
                    ("served", status.reads), ("behind", status.behind), ("failed", status.failures),
                ] {
                    gauge("hub_replica_reads", [replica, ("outcome", outcome)]).record(count)
                }
                if let lag = status.availability.lag {
                    gauge("hub_replica_lag_seconds", [replica]).record(lag / .seconds(1))
                }
            }
        }
    }
}
