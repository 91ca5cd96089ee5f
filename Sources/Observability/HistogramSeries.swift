import CoreMetrics
import Synchronization

/// How often values fell below each of some fixed bounds, and their sum.
final class HistogramSeries: RecorderHandler, TimerHandler {
    private final class Bucket: Sendable {
        let count = Atomic<UInt64>(0)
    }

    /// The upper bounds, rising; a value equal to a bound is below it.
    let bounds: [Double]
    /// One for each bound and one for what is above them all; not cumulative.
    private let buckets: [Bucket]
    /// Durations are summed as whole nanoseconds, since adding to them needs no retry.
    private let nanoseconds = Atomic<Int64>(0)
    private let others = AtomicDouble(0)

    init(bounds: [Double]) {
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in Bucket() }
    }

    /// The counts of values at or below each bound, the last one being the count of all.
    var cumulativeCounts: [UInt64] {
        var total: UInt64 = 0
        return buckets.map { bucket in
            total += bucket.count.load(ordering: .relaxed)
            return total
        }
    }

    var sum: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1e9 + others.value }

    func recordNanoseconds(_ duration: Int64) {
        nanoseconds.wrappingAdd(duration, ordering: .relaxed)
        count(Double(duration) / 1e9)
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        others.add(value)
        count(value)
    }

    // MARK: - Private

    private func count(_ value: Double) {
        // A dozen bounds, and most values are small: walking beats a binary search.
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        buckets[index].count.wrappingAdd(1, ordering: .relaxed)
    }
}
