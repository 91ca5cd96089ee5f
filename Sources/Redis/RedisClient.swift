package import Logging
package import Reactor
import Synchronization

/// A server reached through a few connections that are kept open, with nobody ever waiting for a dead server.
///
/// While ``run()`` runs, lost connections are opened again with jittered exponential backoff. A command that finds no
/// open connection fails at once with `unavailable` if the last attempt failed, and otherwise waits for the attempt
/// under way, at most for `connectTimeout`. It is tried again on another connection only if it was certainly not sent.
package final class RedisClient: RedisCommands {
    typealias Pool = ConnectionPoolStateMachine<RedisConnection, Waiter>
    typealias Waiter = CheckedContinuation<Result<ConnectionLease<RedisConnection>, RedisError>, Never>

    package let endpoint: String

    let configuration: RedisConfiguration
    let reactors: [Reactor]
    private let logger: Logger
    let counters = RedisCounters()
    let pool: Mutex<Pool>

    /// A client that connects once ``run()`` is called.
    ///
    /// - Parameter reactors: at least one; each gets `connectionsPerReactor` connections.
    package init(_ configuration: RedisConfiguration, reactors: [Reactor], logger: Logger) {
        precondition(
            !reactors.isEmpty && configuration.connectionsPerReactor > 0,
            "a client has at least one connection"
        )
        self.configuration = configuration
        self.endpoint = configuration.endpoint
        self.reactors = reactors
        self.logger = logger
        let count = reactors.count * configuration.connectionsPerReactor
        self.pool = Mutex(Pool(slots: count, backoff: configuration.backoff, now: .now))
    }

    /// Whether the server can be reached, and which process it is.
    package var state: RedisClientState {
        pool.withLock { pool in
            switch pool.status {
            case .success(let runID): .connected(runID: runID)
            case .failure(.unavailable(let outage)): .disconnected(outage)
            case .failure(.shutDown): .shutDown
            }
        }
    }

    /// What the client has done so far.
    package var statistics: RedisStatistics {
        var statistics = counters.snapshot()
        statistics.connectionsOpen = pool.withLock { $0.connections.count }
        return statistics
    }

    /// Keeps the connections open until the task is cancelled; then no further command is accepted, and it returns when
    /// the replies to those under way have come or are overdue, and every connection is closed.
    ///
    /// Called once; the client cannot be used again after that.
    package func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for slot in 0..<reactors.count * configuration.connectionsPerReactor {
                    group.addTask { await self.keepConnected(slot) }
                }
            }
        } onCancel: {
            shutDown()
        }
    }

    package func pipeline(_ commands: [[RedisArgument]]) async throws(RedisError) -> RedisPipelineResponse {
        while true {
            let lease = try await lease()
            do throws(RedisError) {
                return try await lease.connection.pipeline(commands)
            } catch let error where error.code == .connectionLost && error.delivery == .notSent {
                // The pool has not heard of the loss yet. Each turn takes a connection out of it, so this ends.
                pool.withLock { $0.discard(lease, now: .now) }
            }
        }
    }

    // MARK: - Private

    private func keepConnected(_ slot: Int) async {
        let reactor = reactors[slot % reactors.count]
        var reported: RedisError.Code?
        var action = pool.withLock { $0.start(slot: slot) }
        while true {
            switch action {
            case .connect:
                do throws(RedisError) {
                    let connection = try await RedisConnection.open(configuration, on: reactor, counters: counters)
                    reported = nil
                    action = await stay(with: connection, slot)
                } catch {
                    action = attemptFailed(slot, error, isNews: error.code != reported)
                    reported = error.code
                }
            case .wait(let delay):
                // Cancelled, it ends early, and finds the pool shut down.
                try? await Task.sleep(for: delay)
                action = pool.withLock { $0.waited(slot: slot) }
            case .nothing: return
            }
        }
    }

    private func stay(with connection: RedisConnection, _ slot: Int) async -> Pool.Action {
        guard let identity = await connection.identity else {
            return attemptFailed(slot, await connection.closed(), isNews: true)
        }
        wake(pool.withLock { $0.connected(slot: slot, connection, runID: identity.runID, now: .now) })
        logger.info("Redis connected", metadata: ["endpoint": "\(endpoint)", "run_id": "\(identity.runID)"])
        // A shutdown reaches the connections in the pool; this one may just have missed it.
        if Task.isCancelled { connection.shutDown() }
        let error = await connection.closed()
        let (action, wakeups) = pool.withLock {
            $0.connectionLost(slot: slot, error, now: .now, jitter: .random(in: 0..<1))
        }
        wake(wakeups)
        if error.code != .shutDown {
            counters.connectionsLost.count()
            logger.warning("Redis connection lost", metadata: metadata(of: error))
        }
        return action
    }

    private func attemptFailed(_ slot: Int, _ error: RedisError, isNews: Bool) -> Pool.Action {
        let (action, wakeups) = pool.withLock {
            $0.attemptFailed(slot: slot, error, jitter: .random(in: 0..<1))
        }
        wake(wakeups)
        if error.code != .cancelled {
            counters.attemptsFailed.count()
            logger.log(level: isNews ? .warning : .debug, "Redis cannot be connected to", metadata: metadata(of: error))
        }
        return action
    }

    private func metadata(of error: RedisError) -> Logger.Metadata {
        ["endpoint": "\(endpoint)", "code": "\(error.code.rawValue)", "error": "\(error)"]
    }

    private func shutDown() {
        let (wakeups, connections) = pool.withLock { ($0.shutDown(), $0.connections) }
        wake(wakeups)
        for connection in connections { connection.shutDown() }
    }
}
