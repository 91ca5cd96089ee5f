package import HTTPTypes
package import Metrics
import Synchronization

/// The metrics of requests, one set per method, route and status; the sets are kept, since making one is not cheap.
package final class RequestMeters: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Meters: Sendable {
        let count: Counter
        let duration: Timer
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private let factory: any MetricsFactory
    private let inFlight: Gauge
    private let open = Atomic<Int>(0)
    private let sets = Mutex<[Key: Meters]>([:])

    /// - Parameter factory: where the metrics are kept.
    package init(factory: any MetricsFactory) {
        self.factory = factory
        inFlight = Gauge(label: "hub_http_requests_in_flight", factory: factory)
    }

    package func began() {
        inFlight.record(open.add(1, ordering: .relaxed).newValue)
    }

    package func ended() {
        inFlight.record(open.subtract(1, ordering: .relaxed).newValue)
    }

    package func record(method: HTTPRequest.Method, route: String, status: Int, duration: Duration) {
        let name = RequestMeters.methods.contains(method.rawValue) ? method.rawValue : "other"
        let meters = meters(for: Key(method: name, route: route, status: status))
        meters.count.increment()
        meters.duration.record(duration: duration)
    }

    // MARK: - Private

    private func meters(for key: Key) -> Meters {
        sets.withLock { sets in
            if let meters = sets[key] { return meters }
            let place = [("method", key.method), ("route", key.route)]
            let meters = Meters(
                count: Counter(
                    label: "hub_http_requests_total",
                    dimensions: place + [("status", String(key.status))],
                    factory: factory
                ),
                duration: Timer(label: "hub_http_request_duration_seconds", dimensions: place, factory: factory)
            )
            sets[key] = meters
            return meters
        }
    }
}
