import BenchmarkReport
import Glibc
import MoveSimulation

/// How soon each planted flaw is caught: by seeds, and by exploring one switch without faults.
struct FlawSearch {
    let first: UInt64
    let seeds: Int

    func run() {
        var standardError = StandardError()
        var report = Report(columns: ["flaw", "seeds", "steps", "check", "explored: states", "check"])
        for flaw in PlantedFlaw.harmful + PlantedFlaw.harmless {
            let drawn = search(flaw)
            let explored = explore(flaw)
            print("\(flaw): \(drawn.seeds), \(explored.states)", to: &standardError)
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
        let result = Exploration(flaws: flaw.flaws, faults: 0, limit: 100_000).run()
        return (result.violation, result.states)
    }
}

/// Where progress is shown.
private struct StandardError: TextOutputStream {
    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
