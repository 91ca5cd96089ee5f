import CoreMetrics
import Synchronization

/// A number that only rises.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler {
    /// Whole increments have a number of their own, since adding to it needs no retry.
    private let whole = Atomic<Int64>(0)
    private let fractional = AtomicDouble(0)

    var value: Double { Double(whole.load(ordering: .relaxed)) + fractional.value }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fractional.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fractional.set(0)
    }
}
