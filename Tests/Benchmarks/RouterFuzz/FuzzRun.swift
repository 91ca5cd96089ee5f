import BenchmarkReport
import Glibc
import RouterFixtures

/// Both parts of the fuzzing, and what came of them.
struct FuzzRun {
    let seed: UInt64
    let count: Int

    /// - Returns: whether nothing was found.
    func run() async throws -> Bool {
        let parser = ParserFuzz(seed: seed).run(inputs: count * 100)
        let start = ContinuousClock.now
        let path: PathFuzz.Outcome
        if HaproxyReference.isInstalled {
            path = try await HaproxyReference.with { haproxy in
                try await PathFuzz(seed: seed, reference: haproxy).run(inputs: count, progress: tell)
            }
        } else {
            path = try await PathFuzz(seed: seed).run(inputs: count, progress: tell)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var report = Report(columns: ["", "inputs", "requests", "findings"])
        report.add("parser", number(parser.inputs), number(parser.requests), number(parser.complaints.isEmpty ? 0 : 1))
        report.add("router", number(path.inputs), number(path.forwarded), number(path.complaints.count))
        report.print(title: "The router under spoiled requests, seed \(seed) (goal: no findings)")
        print("\n  \((Double(path.inputs) / seconds).formatted(digits: 0)) inputs a second through the router")
        if !HaproxyReference.isInstalled { print("  There is no haproxy here to compare with.") }
        for complaint in parser.complaints + path.complaints.prefix(10) { print("  \(complaint)") }
        let isClean = parser.complaints.isEmpty && path.complaints.isEmpty
        if !isClean { print("\n  Again with: compose/bench router-fuzz --seed \(seed) --count \(count)") }
        return isClean
    }

    // MARK: - Private

    private func number(_ value: Int) -> String { Double(value).formatted(digits: 0) }

    private func tell(_ inputs: Int) {
        guard inputs % 5000 == 0 else { return }
        let line = Array("  \(inputs) of \(count)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
