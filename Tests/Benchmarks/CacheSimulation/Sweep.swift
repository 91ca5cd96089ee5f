import BenchmarkReport
import CacheSimulation
import Glibc

/// Seed after seed of the protocol as it is.
struct Sweep {
    let first: UInt64
    let steps: Int

    func run() async {
        var total = SimulationResult()
        var violations: [Violation] = []
        var seed = first
        let measured = await Measurement.of(.thisProcess) {
            while total.steps < steps {
                let result = Simulation(SimulationConfiguration(seed: seed)).run()
                total.add(result)
                if let violation = result.violation { violations.append(violation) }
                seed += 1
            }
            return total.steps
        }
        var report = Report(columns: ["seeds \(first)–\(seed - 1)", ""])
        report.add("steps", Double(total.steps).formatted(digits: 0))
        report.add("steps a second", measured.perSecond.formatted(digits: 0))
        report.add("reads", Double(total.reads).formatted(digits: 0))
        report.add("of them with hits", Double(total.hits).formatted(digits: 0))
        report.add("writes acknowledged", Double(total.writes).formatted(digits: 0))
        report.add("faults", Double(total.faults).formatted(digits: 0))
        report.add("openings of the gate", Double(total.openings).formatted(digits: 0))
        report.add("requests failed, PostgreSQL out of reach", Double(total.failures).formatted(digits: 0))
        report.add("violations", Double(violations.count).formatted(digits: 0))
        report.print(title: "The cache protocol under random faults (goal: no violation)")
        for violation in violations.prefix(10) { print("  \(violation)") }
        if let violation = violations.first {
            print("\n  Replay with: compose/bench cache-sim --replay \(violation.seed)")
            exit(1)
        }
    }
}
