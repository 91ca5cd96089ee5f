import BenchmarkReport
import MoveSimulation
import Moving

/// How soon each planted flaw is caught: by seeds, and by exploring one switch and its reversal.
struct FlawSearch {
    let first: UInt64
    let seeds: Int

    func run() {
        var report = Report(columns: ["flaw", "seeds", "steps", "check", "explored: states", "check"])
        for flaw in PlantedFlaw.harmful + PlantedFlaw.harmless {
            let drawn = search(flaw)
            let explored = explore(flaw)
            report.add(
                flaw.name,
                drawn.seeds,
                drawn.steps,
                drawn.caught?.check.rawValue ?? "–",
                Double(explored.states).formatted(digits: 0),
                explored.caught?.check.rawValue ?? "–"
            )
        }
        report.print(title: "Seeds until each planted flaw is caught")
    }

    // MARK: - Private

    private func search(_ flaw: PlantedFlaw) -> (caught: Violation?, seeds: String, steps: String) {
        var steps = 0
        for seed in first..<first + UInt64(seeds) {
            var simulation = Simulation(flaw.configuration(seed: seed))
            let result = simulation.run()
            steps += result.steps
            if let violation = result.violation {
                return (violation, String(seed - first + 1), Double(steps).formatted(digits: 0))
            }
        }
        return (nil, "none of \(seeds)", Double(steps).formatted(digits: 0))
    }

    private func explore(_ flaw: PlantedFlaw) -> (caught: Violation?, states: Int) {
        var states = 0
        for wish in [MoveWish.switch, .reverse] {
            let result = Exploration(flaws: flaw.flaws, wish: wish, faults: 0, limit: 70_000).run()
            states += result.states
            if let violation = result.violation { return (violation, states) }
        }
        return (nil, states)
    }
}
