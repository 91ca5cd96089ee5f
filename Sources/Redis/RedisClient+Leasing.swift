import Reactor
import Synchronization

extension RedisClient {
    /// Chooses a connection, or waits for one while an attempt to make one is under way.
    func lease() async throws(RedisError) -> ConnectionLease<RedisConnection> {
        switch pool.withLock({ $0.choose() }) {
        case .use(let lease): return lease
        case .fail(let refusal): throw error(for: refusal)
        case .wait: break
        }
        let id = pool.withLock { $0.makeWaiterID() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                wake(pool.withLock { $0.enqueue(waiter, id) })
                limitWait(id)
                // The handler may have run before there was a waiter to cancel.
                if Task.isCancelled { end(id, cancelled) }
            }
        } onCancel: {
            end(id, cancelled)
        }
        return try result.get()
    }

    /// Resumes commands with what they get.
    func wake(_ wakeups: [Pool.Wakeup]) {
        for (waiter, result) in wakeups {
            waiter.resume(returning: result.mapError(error(for:)))
        }
    }

    // MARK: - Private

    /// Ends a wait after the time that an attempt to connect may take: a client that does not run makes none.
    private func limitWait(_ id: Pool.WaiterID) {
        let limit = configuration.connectTimeout
        let reactor = reactors[0]
        reactor.execute {
            let overdue = self.unavailable("has had no connection for \(limit)", nil)
            do throws(ReactorError) {
                _ = try reactor.schedule(after: limit) { self.end(id, overdue) }
            } catch {
                self.end(id, overdue)
            }
        }
    }

    private func end(_ id: Pool.WaiterID, _ error: RedisError) {
        pool.withLock { $0.cancel(id) }?.resume(returning: .failure(error))
    }

    private var cancelled: RedisError {
        RedisError(.cancelled, .notSent, endpoint: endpoint, message: "was not asked: the task is cancelled")
    }

    private func error(for refusal: ConnectionRefusal) -> RedisError {
        switch refusal {
        case .shutDown:
            return RedisError(.shutDown, .notSent, endpoint: endpoint, message: "was not asked: the client shuts down")
        case .unavailable(let outage):
            counters.refusals.count()
            let cause = outage.reason.map { ": it \($0.message)" } ?? ""
            let seconds = (ContinuousClock.now - outage.since).components.seconds
            return unavailable("has been unavailable for \(seconds) s\(cause)", outage.reason)
        }
    }

    private func unavailable(_ message: String, _ reason: RedisError?) -> RedisError {
        RedisError(.unavailable, .notSent, endpoint: endpoint, message: message, underlying: reason)
    }
}
