import HubModel
import Metrics
import Observability
import Placement
import Reactor

/// Brings the gauges of the event loops and of the backends' health up to date before each scrape.
struct RouterGauges: Sendable {
    let loops: [ReactorBound<ProxyLoop>]
    let health: BackendHealthRegistry

    func report(to registry: PrometheusRegistry) {
        let clients = Gauge(label: "hub_router_clients")
        let held = Gauge(label: "hub_router_held_requests")
        let unread = Gauge(label: "hub_router_unread_bytes")
        let waiting = Gauge(label: "hub_router_waiting_requests")
        let inFlight = Gauge(label: "hub_http_requests_in_flight")
        registry.beforeScrape {
            var pictures: [LoopStatistics] = []
            for bound in loops {
                pictures.append(await bound.run { $0.statistics })
            }
            clients.record(pictures.reduce(0) { $0 + $1.clients })
            held.record(pictures.reduce(0) { $0 + $1.held })
            unread.record(pictures.reduce(0) { $0 + $1.unread })
            waiting.record(pictures.reduce(0) { $0 + $1.waiting })
            inFlight.record(pictures.reduce(0) { $0 + $1.inFlight })
            recordPools(pictures)
            for backend in health.all {
                let dimensions = [("backend", backend.address.name.rawValue)]
                Gauge(label: "hub_router_backend_available", dimensions: dimensions)
                    .record(backend.availability == .unavailable ? 0 : 1)
            }
        }
    }

    // MARK: - Private

    private func recordPools(_ pictures: [LoopStatistics]) {
        var counts: [String: (busy: Int, idle: Int)] = [:]
        for pool in pictures.flatMap(\.pools) {
            counts[pool.backend, default: (0, 0)].busy += pool.busy
            counts[pool.backend, default: (0, 0)].idle += pool.idle
        }
        for (backend, count) in counts {
            for (state, number) in [("busy", count.busy), ("idle", count.idle)] {
                let dimensions = [("backend", backend), ("state", state)]
                Gauge(label: "hub_router_upstream_connections", dimensions: dimensions).record(number)
            }
        }
    }
}
