import MoveSimulation
import Testing

/// The simulation is worth what it catches.
struct PlantedFlawTests {
    @Test("A planted flaw is caught", arguments: PlantedFlaw.harmful)
    func isCaught(_ flaw: PlantedFlaw) {
        var steps = 0
        for seed in flaw.firstSeed..<flaw.firstSeed + 400 {
            var simulation = Simulation(flaw.configuration(seed: seed))
            let result = simulation.run()
            steps += result.steps
            guard let violation = result.violation else { continue }
            print("planted flaw '\(flaw)': caught by seed \(seed) after \(steps) steps: \(violation.check.rawValue)")
            return
        }
        Issue.record("'\(flaw)' was not caught in \(steps) steps")
    }

    /// Why they are harmless stands at ``PlantedFlaw/harmless``.
    @Test("What only looks like a flaw breaks no promise", arguments: PlantedFlaw.harmless)
    func isHarmless(_ flaw: PlantedFlaw) {
        for seed in 1...30 as ClosedRange<UInt64> {
            var simulation = Simulation(flaw.configuration(seed: seed))
            #expect(simulation.run().violation == nil, "seed \(seed)")
        }
    }
}
