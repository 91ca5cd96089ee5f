import BenchmarkReport
import Glibc
import MoveSimulation

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
                var simulation = Simulation(SimulationConfiguration(seed: seed))
                let result = simulation.run()
                total.add(result)
                if let violation = result.violation { violations.append(violation) }
                seed += 1
            }
            return total.steps
        }
        var report = Report(columns: ["seeds \(first)–\(seed - 1)", ""])
        report.add("steps", Double(total.steps).formatted(digits: 0))
        report.add("steps a second", measured.perSecond.formatted(digits: 0))
        report.add("writes acknowledged", Double(total.writes).formatted(digits: 0))
        report.add("reads answered", Double(total.reads).formatted(digits: 0))
        report.add("faults", Double(total.faults).formatted(digits: 0))
        report.add("attempts", Double(total.attempts).formatted(digits: 0))
        report.add("switches, reversals among them", Double(total.switches).formatted(digits: 0))
        report.add("aborted", Double(total.aborts).formatted(digits: 0))
        report.add("moves completed", Double(total.completed).formatted(digits: 0))
        report.add("cancelled", Double(total.cancelled).formatted(digits: 0))
        report.add("reversed", Double(total.reversed).formatted(digits: 0))
        report.add("left with a shard lost for good", Double(total.abandoned).formatted(digits: 0))
        report.add("violations", Double(violations.count).formatted(digits: 0))
        report.print(title: "The protocol of a move under random faults (goal: no violation)")
        for violation in violations.prefix(10) { print("  \(violation)") }
        if let violation = violations.first {
            print("\n  Replay with: compose/bench move-sim --replay \(violation.seed)")
            exit(1)
        }
    }
}
