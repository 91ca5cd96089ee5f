import MoveSimulation
import Moving
import Testing

/// The protocol under seeded schedules; `compose/bench move-sim` runs millions of steps of them.
struct MoveSimulationTests {
    @Test("No promise is broken under random faults, and every move comes to an end", .timeLimit(.minutes(1)))
    func promisesHold() {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(6)
        var total = SimulationResult()
        var seed: UInt64 = 0
        while seed < 300, seed < 20 || clock.now < end {
            seed += 1
            var simulation = Simulation(SimulationConfiguration(seed: seed))
            let result = simulation.run()
            #expect(result.violation == nil, "replay with: compose/bench move-sim --replay \(seed)")
            total.add(result)
        }
        print(
            "move simulation: \(seed) seeds, \(total.steps) steps, \(total.reads) reads, \(total.writes) writes, "
                + "\(total.faults) faults, \(total.attempts) attempts, \(total.switches) switches, "
                + "\(total.aborts) aborted"
        )
        // A simulation in which nothing is written, broken or switched would keep every promise.
        #expect(total.writes > 30 * Int(seed))
        #expect(total.faults > 2 * Int(seed))
        #expect(total.switches > Int(seed) / 4)
    }

    @Test("A seed replays exactly, with a trace or without, and another seed differs")
    func replays() {
        var first = Simulation(SimulationConfiguration(seed: 7, recordsTrace: true))
        var second = Simulation(SimulationConfiguration(seed: 7))
        var other = Simulation(SimulationConfiguration(seed: 8))
        let (traced, plain, different) = (first.run(), second.run(), other.run())
        #expect(!traced.trace.isEmpty)
        #expect(traced.digest == plain.digest)
        #expect(traced.steps == plain.steps)
        #expect(different.digest != plain.digest)
    }

    @Test(
        "Every schedule of a switch without readers and faults keeps the promises",
        arguments: [MoveWish.switch, .reverse]
    )
    func schedulesHold(_ wish: MoveWish) {
        let result = Exploration(wish: wish, reads: false, faults: 0).run()
        print("exploration of \(wish.rawValue): \(result.states) states, \(result.transitions) transitions")
        #expect(result.isComplete)
        #expect(result.violation == nil, "\(result.path)")
    }
}
