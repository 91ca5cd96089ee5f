import Metrics

/// Counts the requests of one event loop; the metrics themselves are looked up once for each combination of labels.
final class RequestMetrics {
    /// What a request was for: the only "route patterns" a router knows.
    enum Route: UInt8 {
        case tenant
        case control
        /// Answered by the router without a backend.
        case router

        fileprivate var name: String {
            switch self {
            case .tenant: "tenant"
            case .control: "control"
            case .router: "router"
            }
        }
    }

    /// Why a connection was ended to protect the others.
    enum Protection: String {
        /// Too many from one address.
        case address
        /// Too many in all.
        case full
        case memory
        case slow
    }

    /// Labels as one number, which is quick to look up.
    private struct Key: Hashable {
        private let number: Int

        init(method: RequestMethod?, route: Route, status: Int) {
            number = status << 16 | Int(route.rawValue) << 8 | (method.map { Int($0.rawValue) } ?? 0xFF)
        }
    }

    private var counters: [Key: Counter] = [:]
    private var timers: [Key: Timer] = [:]
    private let tenantRefusals = Counter(label: "hub_router_refused_requests_total")
    private let replays = Counter(label: "hub_router_replays_total")
    private var holds: [String: Counter] = [:]
    private var protections: [Protection: Counter] = [:]
    /// Requests under way on this loop.
    private(set) var inFlight = 0

    func began() { inFlight += 1 }

    func ended(method: RequestMethod, route: Route, status: Int, nanoseconds: Int64) {
        inFlight -= 1
        count(method, route, status)
        let key = Key(method: method, route: route, status: 0)
        if let timer = timers[key] { return timer.recordNanoseconds(nanoseconds) }
        let timer = Timer(
            label: "hub_http_request_duration_seconds",
            dimensions: [("method", "\(method.name)"), ("route", route.name)]
        )
        timers[key] = timer
        timer.recordNanoseconds(nanoseconds)
    }

    /// What came was no request.
    func refused(status: Int) { count(nil, .router, status) }

    /// Too much of its tenant waited.
    func refusedForTenant() { tenantRefusals.increment() }

    func protected(_ reason: Protection) {
        if let counter = protections[reason] { return counter.increment() }
        let counter = Counter(label: "hub_router_protections_total", dimensions: [("reason", reason.rawValue)])
        protections[reason] = counter
        counter.increment()
    }

    func replayed() { replays.increment() }

    /// A request that was held goes on, or does not.
    func endedHold(_ ending: HoldTally.Ending, isLate: Bool) {
        let outcome =
            switch ending {
            case .released: isLate ? "late" : "in-time"
            case .refused: "refused"
            case .left: "left"
            }
        if let counter = holds[outcome] { return counter.increment() }
        let counter = Counter(label: "hub_router_holds_total", dimensions: [("outcome", outcome)])
        holds[outcome] = counter
        counter.increment()
    }

    // MARK: - Private

    private func count(_ method: RequestMethod?, _ route: Route, _ status: Int) {
        let key = Key(method: method, route: route, status: status)
        if let counter = counters[key] { return counter.increment() }
        let counter = Counter(
            label: "hub_http_requests_total",
            dimensions: [
                ("method", method.map { "\($0.name)" } ?? "none"), ("route", route.name), ("status", String(status)),
            ]
        )
        counters[key] = counter
        counter.increment()
    }
}
