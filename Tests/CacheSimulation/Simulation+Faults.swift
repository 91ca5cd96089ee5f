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
            backend.suspendedUntil = now
            if !backend.isUp { restart(backend) }
        }
        let (watch, end) = (configuration.healingTime - 5_000_000, configuration.healingTime - 1)
        after(watch) {
            let before = (self.postgres.gate, self.result.hits, self.history.acknowledgedWrites)
            self.after(end - watch) { self.expectLife(since: before) }
        }
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
        case .redisEvicts: redis.evict(at: postgres.gate.epoch, using: &random)
        case .backendLosesRedis: backend.redisLink.cutUntil = now + duration(6_000_000)
        case .backendLosesPostgres: backend.postgresLink.cutUntil = now + duration(6_000_000)
        case .postgresSlowForBackend: slow(backend)
        case .backendSuspended: suspend(backend, for: duration(5_000_000))
        case .backendCrashes: crash(backend)
        case .slowReadingsWhileGateCloses:
            slow(backend)
            after(duration(1_500_000)) { self.other(than: backend).redisLink.cutUntil = self.now + 3_000_000 }
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
        backends[(backend.index + 1 + random.below(backends.count - 1)) % backends.count]
    }

    private func die(for time: Int64) {
        redis.isUp = false
        after(time) {
            guard !self.redis.isUp else { return }
            self.redis.restart(fromDump: self.random.chance(0.5))
        }
    }

    private func slow(_ backend: SimulatedBackend) {
        backend.postgresLink.slowness = 300_000 + duration(1_000_000)
        backend.postgresLink.slowUntil = now + duration(6_000_000)
    }

    private func suspend(_ backend: SimulatedBackend, for time: Int64) {
        guard backend.isUp, backend.suspendedUntil <= now else { return }
        backend.suspendedUntil = now + time
        after(time) { backend.suspendedInAll += time }
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
