import CacheSimulation
import Testing

/// The protocol under seeded schedules; see `compose/bench cache-sim` for millions of steps.
struct CacheSimulationTests {
    @Test("No promise is broken under random faults, and the cache is in use again after them", .timeLimit(.minutes(1)))
    func promisesHold() {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(8)
        var total = SimulationResult()
        var seed: UInt64 = 0
        while seed < 60, seed < 10 || clock.now < end {
            seed += 1
            let result = Simulation(SimulationConfiguration(seed: seed)).run()
            #expect(result.violation == nil, "replay with: compose/bench cache-sim --seed \(seed)")
            total.steps += result.steps
            total.reads += result.reads
            total.hits += result.hits
            total.writes += result.writes
            total.faults += result.faults
            total.openings += result.openings
        }
        print("\(seed) seeds: \(total)")
        #expect(total.hits > total.reads / 4)
        #expect(total.writes > 0 && total.faults > 0 && total.openings > Int(seed))
    }
}
