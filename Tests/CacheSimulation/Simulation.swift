import Caching
import HubModel

/// Backends, one Redis and one PostgreSQL, under a schedule that follows from a seed.
///
/// The backends run the state machines of the room `Caching`; everything around them, which a shell, a network and two
/// servers would be, is simulated, and so is time.
package final class Simulation {
    let configuration: SimulationConfiguration
    let catalogue: Catalogue
    let redis: SimulatedRedis
    let postgres: SimulatedPostgres
    var backends: [SimulatedBackend] = []
    var random: SplitMix64
    var history: HistoryChecker
    var weather: Weather
    var result = SimulationResult()
    private(set) var now: Int64 = 0
    var lastProject = 0
    private var queue = EventQueue()

    package init(_ configuration: SimulationConfiguration) {
        self.configuration = configuration
        catalogue = Catalogue(tenants: configuration.tenants)
        redis = SimulatedRedis(catalogue, timing: configuration.timing, flaws: configuration.flaws)
        postgres = SimulatedPostgres(catalogue, backends: configuration.backends)
        history = HistoryChecker(tenants: configuration.tenants)
        random = SplitMix64(seed: configuration.seed)
        weather = Weather(configuration.faults, isSettled: configuration.isSettled, using: &random)
        backends = (0..<configuration.backends).map { index in
            SimulatedBackend(
                index: index,
                rate: 0.99 + 0.02 * random.fraction(),
                origin: Int64(random.below(1_000_000_000)),
                lease: GateLeaseStateMachine(timing: configuration.timing),
                connectedTo: redis.run
            )
        }
    }

    /// Runs it to its end, or to the first violation.
    package func run() -> SimulationResult {
        for backend in backends { start(backend) }
        after(weather.pause(using: &random)) { self.strike() }
        after(configuration.faultTime) { self.heal() }
        while result.violation == nil, var event = queue.next() {
            if let actor = event.actor {
                let backend = backends[actor.backend]
                guard backend.incarnation == actor.incarnation else { continue }
                if backend.suspendedUntil > event.time {
                    event.time = backend.suspendedUntil
                    queue.insert(event)
                    continue
                }
            }
            now = event.time
            if now >= configuration.faultTime + configuration.healingTime { break }
            result.steps += 1
            mix(UInt64(bitPattern: now) ^ event.sequence << 40)
            event.body()
        }
        queue.removeAll()
        result.writes = history.acknowledgedWrites
        result.reads = history.reads
        return result
    }

    // MARK: - Time

    var isHealed: Bool { now >= configuration.faultTime }

    /// Plans what a server or the network does.
    func after(_ delay: Int64, _ body: @escaping () -> Void) {
        queue.plan(at: now + delay, by: nil, body)
    }

    /// Plans what a backend does, if it lives, and when it is not suspended.
    func after(_ delay: Int64, _ backend: SimulatedBackend, _ body: @escaping () -> Void) {
        queue.plan(at: now + delay, by: backend.actor, body)
    }

    func after(_ delay: Duration, _ backend: SimulatedBackend, _ body: @escaping () -> Void) {
        after((MonotonicTime(microseconds: 0) + delay).microseconds, backend, body)
    }

    /// What a backend's own clock says.
    func clock(_ backend: SimulatedBackend) -> MonotonicTime {
        let stopped = has(.clockStopsInSuspension) ? backend.suspendedInAll : 0
        return MonotonicTime(microseconds: backend.origin + Int64(Double(now - stopped) * backend.rate))
    }

    // MARK: - Records

    func has(_ flaw: ProtocolFlaws) -> Bool { configuration.flaws.contains(flaw) }

    func trace(_ line: @autoclosure () -> String) {
        guard configuration.recordsTrace else { return }
        result.trace.append("\(now) \(line())")
    }

    func report(_ check: Violation.Check, _ detail: String) {
        guard result.violation == nil else { return }
        result.violation = Violation(
            check: check,
            seed: configuration.seed,
            step: result.steps,
            time: now,
            detail: detail
        )
        trace("violation: \(check.rawValue): \(detail)")
    }

    // MARK: - Private

    /// FNV-1a over words.
    private func mix(_ word: UInt64) {
        result.digest = (result.digest ^ word) &* 0x100_0000_01b3
    }
}
