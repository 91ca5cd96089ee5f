import BenchmarkReport
import CacheSimulation

/// How soon each planted flaw is caught: under faults aimed at it, and under whatever the seeds draw.
struct FlawSearch {
    let first: UInt64
    let seeds: Int

    func run() {
        var report = Report(columns: ["flaw", "aimed: seeds", "steps", "drawn: seeds", "steps", "check"])
        for flaw in PlantedFlaw.harmful + PlantedFlaw.harmless {
            let aimed = search { flaw.configuration(seed: $0) }
            let drawn = search { SimulationConfiguration(seed: $0, flaws: flaw.flaws) }
            report.add(
                flaw.name,
                aimed.seeds,
                aimed.steps,
                drawn.seeds,
                drawn.steps,
                (aimed.caught ?? drawn.caught)?.check.rawValue ?? "–"
            )
        }
        report.print(title: "Seeds until each planted flaw is caught")
    }

    // MARK: - Private

    private func search(
        _ configuration: (UInt64) -> SimulationConfiguration
    ) -> (caught: Violation?, seeds: String, steps: String) {
        var steps = 0
        for seed in first..<first + UInt64(seeds) {
            let result = Simulation(configuration(seed)).run()
            steps += result.steps
            if let violation = result.violation {
                return (violation, String(seed - first + 1), Double(steps).formatted(digits: 0))
            }
        }
        return (nil, "none of \(seeds)", Double(steps).formatted(digits: 0))
    }
}
