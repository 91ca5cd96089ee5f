import BenchmarkReport
import HubModel
import Placement

/// Look-ups by random names, one thread.
struct LookupRate {
    private var arena: [UInt8] = []
    private var ranges: [Range<Int>] = []

    /// A shuffled million of the names, and as many unknown ones for a second figure.
    init(names: [Subdomain]) {
        for name in names.shuffled().prefix(1_000_000) {
            let start = arena.count
            arena.append(contentsOf: name.rawValue.utf8)
            ranges.append(start..<arena.count)
        }
    }

    struct Result {
        let known: Double
        let unknown: Double

        var report: Report {
            var report = Report(columns: ["look-ups", "a second", "ns each"])
            for (title, rate) in [("names of tenants, at random", known), ("unknown names", unknown)] {
                report.add(title, rate.formatted(digits: 0), (1_000_000_000 / rate).formatted(digits: 0))
            }
            return report
        }
    }

    func measure(_ snapshot: DirectorySnapshot, rounds: Int) -> Result {
        let strangers = arena.map { $0 == 0x2D ? 0x78 : $0 }
        return Result(
            known: (0..<rounds).map { _ in rate(arena, in: snapshot, found: ranges.count) }.median,
            unknown: (0..<rounds).map { _ in rate(strangers, in: snapshot, found: 0) }.median
        )
    }

    // MARK: - Private

    private func rate(_ names: [UInt8], in snapshot: DirectorySnapshot, found expected: Int) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var found = 0
        let bytes = names.span.bytes
        for range in ranges {
            if case .route = snapshot.lookup(bytes.extracting(range)) { found += 1 }
        }
        let seconds = (clock.now - start).seconds
        precondition(found == expected, "\(found) names were found, not \(expected)")
        return Double(ranges.count) / seconds
    }
}
