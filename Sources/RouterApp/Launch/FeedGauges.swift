import Directory
import Metrics
import Observability

/// Brings the gauges of the directory feed up to date before each scrape.
struct FeedGauges: Sendable {
    let feed: DirectoryFeed

    func report(to registry: PrometheusRegistry) {
        let version = Gauge(label: "hub_directory_version")
        let tenants = Gauge(label: "hub_directory_tenants")
        let age = Gauge(label: "hub_directory_age_seconds")
        let states = ["connecting", "following", "offline", "refused"].map { name in
            (name, Gauge(label: "hub_directory_state", dimensions: [("state", name)]))
        }
        registry.beforeScrape {
            let status = feed.status
            version.record(status.version ?? 0)
            tenants.record(status.tenants)
            if let seconds = status.age { age.record(seconds / .seconds(1)) }
            for (name, gauge) in states { gauge.record(name == status.state.label ? 1 : 0) }
        }
    }
}

extension DirectoryFeedStatus {
    /// What `/ready` says of the directory: a router without any snapshot cannot route; one with an old one can.
    var readiness: Readiness.Component {
        guard let version else { return Readiness.Component("directory", .down, detail: reason ?? "not reached yet") }
        let summary = "version \(version), \(tenants) tenants"
        if case .following = state { return Readiness.Component("directory", .up, detail: summary) }
        return Readiness.Component(
            "directory",
            .degraded,
            detail: reason.map { "\(summary), kept since \($0)" } ?? "\(summary), from the snapshot file"
        )
    }

    // MARK: - Private

    private var reason: String? {
        switch state {
        case .connecting, .following: nil
        case .offline(let reason), .refused(let reason): reason
        }
    }
}

extension DirectoryFeedStatus.State {
    /// The value of the gauge's label.
    fileprivate var label: String {
        switch self {
        case .connecting: "connecting"
        case .following: "following"
        case .offline: "offline"
        case .refused: "refused"
        }
    }
}
