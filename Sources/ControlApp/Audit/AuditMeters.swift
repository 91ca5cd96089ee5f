import AuditStore
import HubModel
import Metrics

/// The numbers of the audit stores that this process keeps.
struct AuditMeters: Sendable {
    private let counter: @Sendable (RegionID) -> Counter
    private let gauge: @Sendable (String, ShardID) -> Gauge

    init(factory: any MetricsFactory) {
        counter = { Counter(label: "hub_audit_sealed_total", dimensions: [("region", $0.rawValue)], factory: factory) }
        gauge = { Gauge(label: $0, dimensions: [("shard", $1.rawValue)], factory: factory) }
    }

    func sealed(_ entries: Int, in region: RegionID) {
        if entries > 0 { counter(region).increment(by: entries) }
    }

    func record(_ state: AuditFeedState, of shard: ShardID) {
        gauge("hub_audit_feed_running", shard).record(state.activity == .stopped ? 0 : 1)
        if let lag = state.lag { gauge("hub_audit_feed_lag_bytes", shard).record(lag) }
    }
}
