import CacheSimulation
import Testing

/// The protocol under seeded schedules; `compose/bench cache-sim` runs millions of steps of them.
struct CacheSimulationTests {
    @Test("No promise is broken under random faults, and the cache is in use again after them", .timeLimit(.minutes(1)))
    func promisesHold() {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(6)
        var total = SimulationResult()
        var seed: UInt64 = 0
        while seed < 100, seed < 8 || clock.now < end {
            seed += 1
            let result = Simulation(SimulationConfiguration(seed: seed)).run()
            #expect(result.violation == nil, "replay with: compose/bench cache-sim --replay \(seed)")
            total.add(result)
        }
        print(
            "cache simulation: \(seed) seeds, \(total.steps) steps, \(total.reads) reads, \(total.hits) hits, "
                + "\(total.writes) writes, \(total.faults) faults, \(total.openings) openings of the gate"
        )
        // A simulation in which nothing is cached, written or broken would keep every promise.
        #expect(total.hits > total.reads / 4)
        #expect(total.writes > 50 * Int(seed))
        #expect(total.faults > Int(seed))
        #expect(total.openings > Int(seed))
    }

    @Test("A seed replays exactly, and another seed differs")
    func replays() {
        let configuration = SimulationConfiguration(seed: 7, recordsTrace: true)
        let first = Simulation(configuration).run()
        let second = Simulation(configuration).run()
        #expect(!first.trace.isEmpty)
        #expect(first == second)
        let other = Simulation(SimulationConfiguration(seed: 8, recordsTrace: true)).run()
        #expect(other.digest != first.digest)
    }

    @Test("A trace does not change what happens, so a seed that failed fails again when it is looked at")
    func failureReplays() throws {
        let flaw = try #require(PlantedFlaw.harmful.first)
        let failed = try #require(
            (1...20).lazy.map { Simulation(flaw.configuration(seed: $0)).run() }.first { $0.violation != nil }
        )
        let violation = try #require(failed.violation)
        var configuration = flaw.configuration(seed: violation.seed)
        configuration.recordsTrace = true
        let replay = Simulation(configuration).run()
        #expect(replay.violation == violation)
        #expect(replay.digest == failed.digest)
        #expect(replay.trace.last?.contains(violation.check.rawValue) == true)
    }

    @Test("Faults of Redis alone fail no request, and no write waits for more than 3 seconds")
    func redisFaultsCostOnlyTime() {
        var total = SimulationResult()
        for seed in 1...5 as ClosedRange<UInt64> {
            let configuration = SimulationConfiguration(
                seed: seed,
                faults: [
                    .redisRestartsEmpty, .redisDies, .redisStops, .redisFlushes, .redisEvicts, .backendLosesRedis,
                ],
                isSettled: true
            )
            let result = Simulation(configuration).run()
            #expect(result.violation == nil)
            total.add(result)
        }
        print("faults of Redis alone: \(total.failures) failures, longest write \(total.longestWrite) µs")
        #expect(total.openings > 10)
        #expect(total.failures == 0)
        #expect(total.longestWrite <= 3_000_000)
    }
}
