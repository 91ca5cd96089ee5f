import BenchmarkReport
import Glibc
import MoveSimulation
import Moving

/// Every schedule of one small switch, and of its reversal.
struct Schedules {
    private let cases: [(MoveWish, reads: Bool, faults: Int)] = [
        (.switch, true, 0), (.reverse, true, 0), (.switch, false, 1), (.reverse, false, 1), (.switch, true, 1),
        (.reverse, true, 1),
    ]

    func run() {
        var report = Report(columns: ["", "reads", "faults", "states", "transitions", "complete", "violations"])
        var isFound = false
        for (wish, reads, faults) in cases {
            let result = Exploration(wish: wish, reads: reads, faults: faults).run()
            print("\(wish.rawValue), \(reads), \(faults): \(result.states) states")
            report.add(
                wish.rawValue,
                reads ? "yes" : "no",
                String(faults),
                Double(result.states).formatted(digits: 0),
                Double(result.transitions).formatted(digits: 0),
                result.isComplete ? "yes" : "no",
                result.violation == nil ? "0" : "1"
            )
            guard let violation = result.violation else { continue }
            isFound = true
            for line in result.path { print("  \(line)") }
            print("  \(violation)")
        }
        report.print(title: "Every schedule of one switch (goal: no violation)")
        if isFound { exit(1) }
    }
}
