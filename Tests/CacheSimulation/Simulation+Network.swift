import Caching

extension Simulation {
    /// Sends a question and brings the answer, or nil when none came in time.
    ///
    /// - Parameters:
    ///   - timeout: microseconds.
    ///   - serve: what the server does with the question; it may answer later, once.
    ///   - completion: what the backend does with the answer.
    func call<Answer>(
        _ backend: SimulatedBackend,
        _ link: Link,
        timeout: Int64,
        serve: @escaping (_ answer: @escaping (Answer) -> Void) -> Void,
        completion: @escaping (Answer?) -> Void
    ) {
        var isDone = false
        func complete(_ answer: Answer?) {
            guard !isDone else { return }
            isDone = true
            completion(answer)
        }
        after(timeout, backend) { complete(nil) }
        guard link.cutUntil <= now, !random.chance(weather.loss) else { return }
        let actor = backend.incarnation
        after(travel(link, slowness: link.questionSlowness)) {
            serve { answer in
                guard link.cutUntil <= self.now, !self.random.chance(self.weather.loss) else { return }
                guard backend.incarnation == actor else { return }
                self.after(self.travel(link, slowness: link.answerSlowness), backend) { complete(answer) }
            }
        }
    }

    /// Asks Redis by the backend's connection; nil when no answer came, or the connection broke.
    func askRedis(
        _ backend: SimulatedBackend,
        _ command: CacheCommand<SimulatedValue>,
        completion: @escaping (CacheReply<SimulatedValue>?) -> Void
    ) {
        onRedis(backend, { self.redis.run(command, now: self.now) }) { answer in
            completion(answer.map { CacheReply(server: $0.0, $0.1) })
        }
    }

    /// Does something in Redis, and brings what it answers with the run id of the connection that brought it.
    func onRedis<Answer>(
        _ backend: SimulatedBackend,
        _ body: @escaping () -> Answer,
        completion: @escaping ((RunID, Answer)?) -> Void
    ) {
        let connection = backend.connectedTo
        let serve: (@escaping ((RunID, Answer)?) -> Void) -> Void = { answer in
            self.whenRedisRuns {
                guard self.redis.isUp else { return }
                if self.redis.run == connection {
                    answer((connection, body()))
                } else if self.has(.runCheckedBeforeReply) {
                    backend.connectedTo = self.redis.run
                    answer((connection, body()))
                } else {
                    answer(nil)
                }
            }
        }
        call(backend, backend.redisLink, timeout: Delays.redisTimeout, serve: serve) { answer in
            backend.reachesRedis = answer != nil
            if let answer, answer == nil { backend.connectedTo = self.redis.run }
            completion(answer ?? nil)
        }
    }

    /// A round trip to PostgreSQL, one statement.
    func onPostgres<Answer>(
        _ backend: SimulatedBackend,
        by link: Link? = nil,
        _ body: @escaping () -> Answer,
        completion: @escaping (Answer?) -> Void
    ) {
        call(
            backend,
            link ?? backend.postgresLink,
            timeout: Delays.postgresTimeout,
            serve: { $0(body()) },
            completion: completion
        )
    }

    // MARK: - Private

    private func whenRedisRuns(_ body: @escaping () -> Void) {
        if redis.stoppedUntil > now {
            after(redis.stoppedUntil - now) { self.whenRedisRuns(body) }
        } else {
            body()
        }
    }

    private func travel(_ link: Link, slowness: Int64) -> Int64 {
        let base = 100 + random.below(weather.latency)
        return Int64(base) + (link.slowUntil > now ? slowness : 0)
    }
}

/// Time-outs of the simulated shell, in microseconds.
enum Delays {
    static let redisTimeout: Int64 = 150_000
    static let postgresTimeout: Int64 = 3_000_000
    /// How long an opening waits for writers; writers wait behind it.
    static let lockTimeout: Int64 = 200_000
    /// After so long PostgreSQL ends an opening that does nothing.
    static let idleTimeout: Int64 = 1_000_000
}
