import Caching

extension Simulation {
    /// A fault happens, and later another.
    func strike() {
        guard !isHealed else { return }
        if let fault = weather.fault(using: &random) {
            result.faults += 1
            strike(fault, random.pick(backends))
        }
        after(weather.pause(using: &random)) { self.strike() }
    }

    /// All faults end.
    func heal() {
        trace("healed")
        weather.heal()
        redis.isUp = true
        redis.stoppedUntil = now
        for backend in backends {
            backend.redisLink.heal()
            backend.postgresLink.heal()
            backend.gateLink.heal()
            backend.suspendedInAll -= max(0, backend.suspendedUntil - now)
            backend.suspendedUntil = min(backend.suspendedUntil, now)
            if !backend.isUp { restart(backend) }
        }
        guard configuration.healingTime >= 5_000_000 else { return }
        let (watch, end) = (configuration.healingTime - 5_000_000, configuration.healingTime - 1)
        after(watch) {
            let before = (self.postgres.gate, self.result.hits, self.history.acknowledgedWrites)
            self.after(end - watch) { self.expectLife(since: before) }
        }
    }

    /// A commit meets the fault that waited for it.
    ///
    /// - Returns: how long the commit takes.
    func meet(_ fault: Fault, _ backend: SimulatedBackend) -> Int64 {
        guard !isHealed else { return duration(2_000) }
        trace("\(fault) meets a commit of backend \(backend.index)")
        let time = 100_000 + duration(1_000_000)
        if fault == .slowCommitWhileOff { return 2 * time }
        if fault == .verySlowCommit {
            after(time) { if self.random.chance(0.5) { self.crash(backend) } }
            return 1_000_000 + duration(14_000_000)
        }
        after(duration(20_000)) {
            switch fault {
            case .flushedDuringCommit: self.redis.flush()
            case .clockJumpsDuringCommit: self.redis.clockOffset += 60_000_000
            default: self.redis.evict(at: self.postgres.gate.epoch, using: &self.random)
            }
        }
        after(time - duration(50_000)) { backend.redisLink.cutUntil = self.now + self.duration(2_000_000) }
        return time
    }

    // MARK: - Private

    private func expectLife(since before: (gate: GateRow, hits: Int, writes: Int)) {
        guard case .on = postgres.gate.mode, postgres.gate == before.gate else {
            return report(.notLiveAgain, "the gate was \(before.gate.mode), is \(postgres.gate.mode)")
        }
        if result.hits == before.hits { report(.notLiveAgain, "the gate is on, but nothing hits") }
        if history.acknowledgedWrites == before.writes { report(.notLiveAgain, "nothing is written") }
    }

    private func strike(_ fault: Fault, _ backend: SimulatedBackend) {
        trace("fault \(fault), backend \(backend.index)")
        switch fault {
        case .redisRestartsEmpty: redis.restart(fromDump: false)
        case .redisSavesDump: redis.saveDump()
        case .redisRestartsFromDump: redis.restart(fromDump: true)
        case .redisDies: die(for: duration(4_000_000))
        case .redisStops: redis.stoppedUntil = now + duration(5_000_000)
        case .redisFlushes: redis.flush()
        case .redisClockJumps: redis.clockOffset = duration(120_000_000) - 60_000_000
        case .redisEvicts: redis.evict(at: postgres.gate.epoch, using: &random)
        case .backendLosesRedis: backend.redisLink.cutUntil = now + duration(6_000_000)
        case .backendLosesPostgres:
            backend.postgresLink.cutUntil = now + duration(6_000_000)
            backend.gateLink.cutUntil = backend.postgresLink.cutUntil
        case .postgresSlowForBackend: slow(backend)
        case .redisSlowForBackend:
            backend.redisLink.questionSlowness = duration(70_000)
            backend.redisLink.answerSlowness = duration(70_000)
            backend.redisLink.slowUntil = now + duration(6_000_000)
        case .backendSuspended: suspend(backend, for: duration(5_000_000))
        case .backendCrashes: crash(backend)
        case .slowReadingsWhileGateCloses:
            slowAnswers(of: backend, by: 1_000_000 + duration(1_400_000), for: 8_000_000)
            let other = other(than: backend)
            after(500_000 + duration(3_000_000)) { other.redisLink.cutUntil = self.now + 4_000_000 }
        case .slowQuestionWhileGateCloses:
            backend.gateLink.slowUntil = now + 600_000
            backend.gateLink.questionSlowness = 1_200_000 + duration(900_000)
            backend.gateLink.answerSlowness = 0
            let (second, third) = (other(than: backend, by: 1), other(than: backend, by: 2))
            after(800_000 + duration(1_000_000)) {
                self.slowAnswers(of: second, by: 1_000_000 + self.duration(1_400_000), for: 2_000_000)
                second.gateLink.cutUntil = self.now + 4_000_000
            }
            after(500_000 + duration(1_000_000)) { third.redisLink.cutUntil = self.now + 4_000_000 }
        case .flushedDuringCommit, .evictedDuringCommit, .clockJumpsDuringCommit, .verySlowCommit:
            weather.aimAtCommit(fault)
        case .slowCommitWhileOff:
            redis.flush()
            weather.aimAtCommit(fault)
        case .flushedThenLost:
            redis.flush()
            after(duration(20_000)) {
                for backend in self.backends where self.random.chance(0.5) {
                    backend.redisLink.cutUntil = self.now + self.duration(1_000_000)
                }
            }
        case .quickRestartFromDump:
            redis.saveDump()
            after(duration(2_000_000)) { self.redis.restart(fromDump: true) }
        case .suspendedWhileGateCloses:
            other(than: backend).redisLink.cutUntil = now + 4_000_000
            suspend(backend, for: 2_000_000 + duration(2_000_000))
        }
    }

    private func duration(_ longest: Int) -> Int64 { Int64(random.below(longest)) }

    private func other(than backend: SimulatedBackend) -> SimulatedBackend {
        other(than: backend, by: 1 + random.below(backends.count - 1))
    }

    private func other(than backend: SimulatedBackend, by distance: Int) -> SimulatedBackend {
        backends[(backend.index + distance) % backends.count]
    }

    private func die(for time: Int64) {
        redis.isUp = false
        after(time) {
            guard !self.redis.isUp else { return }
            self.redis.restart(fromDump: self.random.chance(0.5))
        }
    }

    private func slow(_ backend: SimulatedBackend) {
        backend.postgresLink.questionSlowness = duration(1_300_000)
        backend.postgresLink.answerSlowness = duration(1_300_000)
        backend.postgresLink.slowUntil = now + duration(6_000_000)
        backend.gateLink.questionSlowness = backend.postgresLink.questionSlowness
        backend.gateLink.answerSlowness = backend.postgresLink.answerSlowness
        backend.gateLink.slowUntil = backend.postgresLink.slowUntil
    }

    /// What the backend asks PostgreSQL is answered at once, but the answers arrive late.
    private func slowAnswers(of backend: SimulatedBackend, by slowness: Int64, for time: Int64) {
        for link in [backend.postgresLink, backend.gateLink] {
            link.slowUntil = now + time
            link.questionSlowness = 0
            link.answerSlowness = slowness
        }
    }

    private func suspend(_ backend: SimulatedBackend, for time: Int64) {
        guard backend.isUp, backend.suspendedUntil <= now else { return }
        backend.suspendedUntil = now + time
        backend.suspendedInAll += time
    }

    private func crash(_ backend: SimulatedBackend) {
        guard backend.isUp else { return }
        backend.isUp = false
        backend.incarnation += 1
        for transaction in backend.transactions { lose(transaction) }
        let incarnation = backend.incarnation
        after(duration(3_000_000)) {
            if !backend.isUp, backend.incarnation == incarnation { self.restart(backend) }
        }
    }

    private func restart(_ backend: SimulatedBackend) {
        backend.isUp = true
        backend.suspendedUntil = 0
        backend.transactions = []
        backend.isOpening = false
        backend.reachesRedis = true
        backend.connectedTo = redis.run
        backend.lease = GateLeaseStateMachine(timing: configuration.timing)
        start(backend)
    }
}
