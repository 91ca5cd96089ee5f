import CoreMetrics

/// A number that rises and falls.
final class GaugeSeries: MeterHandler, RecorderHandler {
    private let number = AtomicDouble(0)

    var value: Double { number.value }

    func set(_ value: Int64) { number.set(Double(value)) }

    func set(_ value: Double) { number.set(value) }

    func increment(by amount: Double) { number.add(amount) }

    func decrement(by amount: Double) { number.add(-amount) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }
}
