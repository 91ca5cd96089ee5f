import BenchmarkReport
import CacheSimulation

/// How soon each planted flaw is caught.
struct FlawSearch {
    let first: UInt64
    let seeds: Int

    func run() {
        var report = Report(columns: ["flaw", "seeds", "steps", "check"])
        for (name, flaws) in ProtocolFlaws.named + ProtocolFlaws.harmless {
            var steps = 0
            var caught: Violation?
            for seed in first..<first + UInt64(seeds) where caught == nil {
                let result = Simulation(SimulationConfiguration(seed: seed, flaws: flaws)).run()
                steps += result.steps
                caught = result.violation
            }
            report.add(
                name,
                caught.map { String($0.seed - first + 1) } ?? "none of \(seeds)",
                Double(steps).formatted(digits: 0),
                caught?.check.rawValue ?? "–"
            )
        }
        report.print(title: "Seeds until each planted flaw is caught")
    }
}
