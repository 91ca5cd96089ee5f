import Caching
import Logging
import Redis
import ServiceLifecycle
import ShardStore
import Synchronization

/// A backend's lease on its shard's gate: renews it, closes the gate when Redis cannot be trusted any more, and opens it
/// again.
///
/// ``run()`` must be running; without it there is no lease, and nobody uses the cache.
final class CacheGate: Service {
    /// What the process knows of the gate, for status and readiness.
    struct Knowledge: Sendable {
        var row = GateRow(epoch: GateEpoch(rawValue: 0))
        var reason: String?
        var isHeld = false
        var error: String?
    }

    private enum Wish: Sendable {
        case close(GateEpoch, reason: String)
        case look
    }

    private struct State {
        var lease: GateLeaseStateMachine
        var knowledge = Knowledge()
        var isReachable = false
        /// The newest opening that somebody here asked to close.
        var condemned: GateEpoch?
        var isAskedToLook = false
        var openAttempts = OpeningBackoff()
    }

    private let rows: CacheGateStore
    private let server: CacheServer
    private let backend: String
    private let timing: CacheTiming
    private let counts: CacheCounts
    private let logger: Logger
    private let state: Mutex<State>
    private let wishes: AsyncStream<Wish>
    private let wish: AsyncStream<Wish>.Continuation
    private let errands: AsyncStream<CacheCommand<CachedBytes>>
    private let errand: AsyncStream<CacheCommand<CachedBytes>>.Continuation

    /// - Parameters:
    ///   - rows: on connections of its own, so that a busy shard delays no renewal.
    ///   - backend: the process's name, under which it objects to an opening.
    init(
        rows: CacheGateStore,
        server: CacheServer,
        backend: String,
        timing: CacheTiming,
        counts: CacheCounts,
        logger: Logger
    ) {
        self.rows = rows
        self.server = server
        self.backend = backend
        self.timing = timing
        self.counts = counts
        self.logger = logger
        state = Mutex(State(lease: GateLeaseStateMachine(timing: timing)))
        (wishes, wish) = AsyncStream.makeStream()
        (errands, errand) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    /// Keeps the lease until shutdown, which ends the use of the cache here and leaves the gate as it is.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.watchRedis() }
                group.addTask { await self.keepLooking() }
                group.addTask { await self.grantWishes() }
                group.addTask { await self.runErrands() }
            }
        }
    }

    /// The right to use the cache at this moment.
    var pass: GatePass? { state.withLock { $0.lease.pass(now: .now) } }

    var knowledge: Knowledge { state.withLock { $0.knowledge } }

    /// Lends the lease as it is now.
    func withLease<Answer>(_ body: (GateLeaseStateMachine, MonotonicTime) -> Answer) -> Answer {
        let lease = state.withLock { $0.lease }
        return body(lease, .now)
    }

    /// Has the gate closed soon; the first to ask for an opening's end is enough.
    func close(_ epoch: GateEpoch, reason: String) {
        let isNew = state.withLock { state in
            guard state.condemned.map({ $0 < epoch }) ?? true else { return false }
            state.condemned = epoch
            return true
        }
        if isNew { wish.yield(.close(epoch, reason: reason)) }
    }

    /// Whether somebody here found that nothing can be fenced under this opening.
    func isCondemned(_ epoch: GateEpoch) -> Bool { state.withLock { $0.condemned == epoch } }

    /// Whether an opening is coming to its end, and writes would only be rolled back.
    var isEnding: Bool {
        state.withLock { state in
            switch state.knowledge.row.mode {
            case .on: state.condemned == state.knowledge.row.epoch
            case .closing: true
            case .off: false
            }
        }
    }

    /// Sends a command some time, of which nobody awaits the reply; it is forgotten if there are too many.
    func run(later command: CacheCommand<CachedBytes>) {
        errand.yield(command)
    }

    /// Has the row read soon, since a transaction saw another one than this lease knows.
    func look() {
        let isNew = state.withLock { state in
            defer { state.isAskedToLook = true }
            return !state.isAskedToLook
        }
        if isNew { wish.yield(.look) }
    }

    // MARK: - Private

    private func watchRedis() async {
        while !Task.isCancelled {
            do throws(RedisError) {
                _ = try await server.redis.command("PING")
                state.withLock { $0.isReachable = true }
            } catch {
                state.withLock { $0.isReachable = false }
                note(error)
            }
            try? await Task.sleep(for: timing.renewal / 2)
        }
    }

    private func keepLooking() async {
        while !Task.isCancelled {
            await renew()
            try? await Task.sleep(for: pause)
        }
    }

    /// A gate that is closing keeps writers waiting: it is looked at more often.
    private var pause: Duration {
        if case .closing = knowledge.row.mode { return timing.renewal / 10 }
        return timing.renewal
    }

    private func grantWishes() async {
        for await wish in wishes {
            switch wish {
            case .close(let epoch, let reason): await close(epoch, because: reason)
            case .look: state.withLock { $0.isAskedToLook = false }
            }
            await renew()
        }
    }

    /// Beside the wishes: each of these takes as long as Redis makes it wait, and closing the gate must not.
    private func runErrands() async {
        for await command in errands { _ = await server.run(command) }
    }

    /// Reads the row and does what follows from it.
    private func renew() async {
        let isReachable = state.withLock { $0.isReachable }
        let asked = MonotonicTime.now
        let observation: GateObservation
        do {
            observation = try await rows.observe(objecting: !isReachable, as: backend)
        } catch {
            return note(error)
        }
        if observation.isOfOtherPrimary {
            return await close(observation.row.epoch, because: "the shard has another primary than when it was opened")
        }
        let action = state.withLock { state in
            state.knowledge.row = observation.row
            state.knowledge.reason = observation.reason
            state.knowledge.isHeld = observation.isHeld
            if case .on = observation.row.mode { state.knowledge.error = nil }
            let now = MonotonicTime.now
            return state.lease.observe(
                observation.row,
                asked: asked,
                isReachable: isReachable && observation.mayOpen && state.openAttempts.allow(now),
                isObjected: observation.isObjected,
                now: now
            )
        }
        switch action {
        case nil: break
        case .close(let epoch): await close(epoch, because: "a backend asked for it")
        case .drain(let epoch): await drain(epoch)
        case .open(let epoch): await open(after: epoch)
        }
    }

    private func close(_ epoch: GateEpoch, because reason: String) async {
        do {
            guard try await rows.close(epoch, reason: reason) else { return }
            counts.closings.add(1, ordering: .relaxed)
            logger.warning(
                "the cache's gate is closing: writes wait, reads go to the database",
                metadata: ["gate_epoch": "\(epoch.rawValue)", "reason": "\(reason)"]
            )
        } catch {
            // Whoever meets the same trouble next asks again.
            state.withLock { if $0.condemned == epoch { $0.condemned = nil } }
            note(error)
        }
    }

    private func drain(_ epoch: GateEpoch) async {
        do {
            guard try await rows.drain(epoch) else { return }
            logger.notice("the cache is off", metadata: ["gate_epoch": "\(epoch.rawValue)"])
            look()
        } catch {
            note(error)
        }
    }

    private func open(after epoch: GateEpoch) async {
        do {
            let isOpen = try await rows.open(after: epoch) { [server] () async -> GateServer? in
                var generator = SystemRandomNumberGenerator()
                let nonce = GateNonce(using: &generator)
                do throws(RedisError) {
                    return GateServer(run: try await server.install(nonce), nonce: nonce)
                } catch {
                    self.note(error)
                    return nil
                }
            }
            state.withLock { $0.openAttempts.note(isOpen, at: .now) }
            guard isOpen else { return }
            logger.notice("the cache is on", metadata: ["gate_epoch": "\(epoch.next.rawValue)"])
            look()
        } catch {
            state.withLock { $0.openAttempts.note(false, at: .now) }
            note(error)
        }
    }

    private func note(_ error: any Error) {
        let isNews = state.withLock { state in
            defer { state.knowledge.error = "\(error)" }
            return state.knowledge.error == nil
        }
        guard isNews, !Task.isCancelled else { return }
        logger.warning("the cache's gate cannot be seen to", metadata: ["error": "\(error)"])
    }
}
