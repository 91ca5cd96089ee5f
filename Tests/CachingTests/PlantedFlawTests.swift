import CacheSimulation
import Testing

/// The simulation is worth what it catches.
struct PlantedFlawTests {
    @Test("A planted flaw is caught", arguments: PlantedFlaw.harmful)
    func isCaught(_ flaw: PlantedFlaw) throws {
        var steps = 0
        for seed in 1...60 as ClosedRange<UInt64> {
            let result = Simulation(flaw.configuration(seed: seed)).run()
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
        for seed in 1...10 as ClosedRange<UInt64> {
            #expect(Simulation(flaw.configuration(seed: seed)).run().violation == nil)
        }
    }

    @Test("Without the planted flaws the same schedules break no promise")
    func controlsHold() {
        for flaw in PlantedFlaw.harmful {
            var configuration = flaw.configuration(seed: 1)
            configuration.flaws = []
            #expect(Simulation(configuration).run().violation == nil, "\(flaw)")
        }
    }
}
