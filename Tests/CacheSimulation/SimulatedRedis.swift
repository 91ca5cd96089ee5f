import Caching
import HubModel

/// The region's Redis server: one process after another, and what each holds.
final class SimulatedRedis {
    private let catalogue: Catalogue
    private let timing: CacheTiming
    private let flaws: ProtocolFlaws
    private var contents = CacheKeyspace<SimulatedValue>()
    private var dump: CacheKeyspace<SimulatedValue>?
    private var starts = 1

    /// Which process it is.
    private(set) var run = RunID(rawValue: "run-1")
    var isUp = true
    /// Until when the process is stopped; commands wait in its sockets.
    var stoppedUntil: Int64 = 0
    /// How far its clock is ahead, in microseconds.
    var clockOffset: Int64 = 0

    init(_ catalogue: Catalogue, timing: CacheTiming, flaws: ProtocolFlaws) {
        self.catalogue = catalogue
        self.timing = timing
        self.flaws = flaws
    }

    func run(_ command: CacheCommand<SimulatedValue>, now: Int64) -> CacheReply<SimulatedValue>.Outcome {
        let now = MonotonicTime(microseconds: now + clockOffset)
        let command = flaws.isEmpty ? command : misled(command, now)
        return contents.run(command, timing: timing, now: now)
    }

    func setSentinel(_ nonce: GateNonce) {
        contents.sentinel = nonce
    }

    /// Sets a value whatever is there, as a script that knows no protocol would.
    func set(_ key: CacheKey, _ value: SimulatedValue, now: Int64) {
        let expiry = MonotonicTime(microseconds: now + clockOffset) + timing.valueLifetime
        contents.set(named(key), .value(value, expiry: expiry))
    }

    // MARK: - What happens to it

    func saveDump() {
        dump = contents
    }

    /// Another process, empty or with what was dumped some time ago.
    func restart(fromDump: Bool) {
        starts += 1
        run = RunID(rawValue: "run-\(starts)")
        contents = fromDump ? dump ?? CacheKeyspace() : CacheKeyspace()
        stoppedUntil = 0
        isUp = true
    }

    func flush() {
        contents = CacheKeyspace()
    }

    /// Removes some of the values and leases; fences have no time to live, which keeps them under `volatile-lru`.
    func evict(at gate: GateEpoch, using generator: inout SplitMix64) {
        for key in catalogue.keys(at: gate).map(named) {
            switch contents.items[key]?.item {
            case .value, .lease:
                if generator.chance(0.6) { contents.set(key, nil) }
            case .fence:
                if flaws.contains(.fenceEvicted), generator.chance(0.6) { contents.set(key, nil) }
            case nil:
                break
            }
        }
    }

    // MARK: - Private

    private func named(_ key: CacheKey) -> CacheKey {
        guard flaws.contains(.epochNotInKey) else { return key }
        return CacheKey(
            tenant: key.tenant,
            tenantEpoch: key.tenantEpoch,
            gateEpoch: GateEpoch(rawValue: 0),
            subject: key.subject
        )
    }

    /// The command as scripts with the planted flaws would run it, after what they would do besides.
    private func misled(_ command: CacheCommand<SimulatedValue>, _ now: MonotonicTime) -> CacheCommand<SimulatedValue> {
        if flaws.contains(.sentinelIgnored) { contents.sentinel = command.nonce }
        guard contents.sentinel == command.nonce else { return command }
        switch command.operation {
        case .read(let keys, let token):
            let keys = keys.map(named)
            forgetOldFences(keys, now)
            return CacheCommand(nonce: command.nonce, .read(keys, token))
        case .fill(let values, let token):
            if flaws.contains(.fillWithoutToken) {
                for (key, value) in values {
                    contents.set(named(key), .value(value, expiry: now + timing.valueLifetime))
                }
            }
            return CacheCommand(nonce: command.nonce, .fill(values.map { (named($0.key), $0.value) }, token))
        case .fence(let keys, let writer):
            return CacheCommand(nonce: command.nonce, .fence(keys.map(named), writer))
        case .unfence(let keys, let writers):
            let keys = keys.map(named)
            if flaws.contains(.unfenceRemovesAll) { for key in keys { contents.set(key, nil) } }
            return CacheCommand(nonce: command.nonce, .unfence(keys, writers))
        }
    }

    private func forgetOldFences(_ keys: [CacheKey], _ now: MonotonicTime) {
        guard flaws.contains(.fenceExpires) else { return }
        for key in keys {
            guard case .fence(let writers) = contents.items[key]?.item else { continue }
            if writers.values.allSatisfy({ now - $0 >= timing.fenceDoubt }) { contents.set(key, nil) }
        }
    }
}
