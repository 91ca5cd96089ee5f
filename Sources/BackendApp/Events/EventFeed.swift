import HubModel
import Logging
import Observability
import ServiceLifecycle
import ShardStore

/// Wakes the event streams of this backend: when their tenant's log has grown, and now and then so that they judge anew
/// whether they may go on.
///
/// It asks the database for the heads of all logs that anybody here follows, in one round trip, a few times a second. A
/// notification would be sooner by that interval, but PostgreSQL lets transactions that notify commit only one at a time.
actor EventFeed: Service {
    /// How often the database is asked, while anybody listens.
    static let interval = Duration.milliseconds(100)
    /// A stream is woken at least this often.
    static let heartbeat = Duration.seconds(15)

    private struct Listener {
        let wakes: AsyncStream<Void>.Continuation
        /// When it is woken, even if nothing happens.
        var due: ContinuousClock.Instant
    }

    private struct Followed {
        var head: EventHead?
        var listeners: [Int: Listener] = [:]
    }

    private let store: ShardStore
    private let limit: Int
    private let logger: Logger
    private var tenants: [TenantID: Followed] = [:]
    private var lastListener = 0
    private var isStopped = false

    /// - Parameter limit: how many streams one tenant may have here.
    init(store: ShardStore, limit: Int, logger: Logger) {
        self.store = store
        self.limit = limit
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                let failure = await self.poll()
                if let failure, !isFailing {
                    self.logger.warning("events cannot be read", metadata: .fields([.error: "\(failure)"]))
                }
                isFailing = failure != nil
                try? await Task.sleep(for: isFailing ? .seconds(1) : EventFeed.interval)
            }
        }
        stop()
    }

    /// Whether the tenant may have another stream here.
    func hasRoom(for tenant: TenantID) -> Bool { (tenants[tenant]?.listeners.count ?? 0) < limit }

    /// Lends the wakes of a stream; they end when the backend stops.
    nonisolated func withWakes<Answer>(
        of tenant: TenantID,
        _ body: (EventWakes) async throws -> Answer
    ) async throws -> Answer {
        let wakes = await listen(to: tenant)
        do {
            let answer = try await body(wakes)
            await forget(wakes)
            return answer
        } catch {
            await forget(wakes)
            throw error
        }
    }

    /// Has the stream woken with the next poll.
    fileprivate func recheck(_ listener: Int, of tenant: TenantID) {
        tenants[tenant]?.listeners[listener]?.due = .now
    }

    // MARK: - Private

    private func listen(to tenant: TenantID) -> EventWakes {
        lastListener += 1
        let (stream, wakes) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        if isStopped { wakes.finish() }
        // The log may have grown, and been looked at, since the stream's first piece was read.
        tenants[tenant, default: Followed()].listeners[lastListener] = Listener(wakes: wakes, due: .now)
        return EventWakes(feed: self, tenant: tenant, listener: lastListener, stream: stream)
    }

    private func forget(_ wakes: EventWakes) {
        tenants[wakes.tenant]?.listeners[wakes.listener] = nil
        if tenants[wakes.tenant]?.listeners.isEmpty == true { tenants[wakes.tenant] = nil }
    }

    /// - Returns: why the database did not answer; nil when it did.
    private func poll() async -> ShardError? {
        let followed = Array(tenants.keys)
        guard !followed.isEmpty else { return nil }
        var failure: ShardError?
        do throws(ShardError) {
            let heads = try await store.eventHeads(of: followed)
            let known = Dictionary(heads.map { ($0.tenant, $0) }) { first, _ in first }
            for tenant in followed where tenants[tenant]?.head != known[tenant] {
                tenants[tenant]?.head = known[tenant]
                wake(tenant) { _ in true }
            }
        } catch {
            failure = error
        }
        let now = ContinuousClock.now
        for tenant in followed { wake(tenant) { $0.due <= now } }
        return failure
    }

    private func wake(_ tenant: TenantID, where condition: (Listener) -> Bool) {
        guard let listeners = tenants[tenant]?.listeners else { return }
        for (key, listener) in listeners where condition(listener) {
            tenants[tenant]?.listeners[key]?.due = .now + EventFeed.heartbeat
            listener.wakes.yield()
        }
    }

    private func stop() {
        isStopped = true
        for followed in tenants.values { for listener in followed.listeners.values { listener.wakes.finish() } }
    }
}

/// The wakes of one event stream.
struct EventWakes: Sendable {
    fileprivate let feed: EventFeed
    fileprivate let tenant: TenantID
    fileprivate let listener: Int
    fileprivate let stream: AsyncStream<Void>

    /// Waits until there may be something to tell.
    ///
    /// - Returns: false when the stream is to end.
    func next() async -> Bool {
        for await _ in stream { return !Task.isCancelled }
        return false
    }

    /// Shortens the next wait to that of a poll.
    func recheck() async { await feed.recheck(listener, of: tenant) }
}
