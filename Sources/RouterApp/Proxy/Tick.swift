/// A moment counted in sweeps of an event loop.
///
/// Deadlines of connections are of this kind: setting one costs nothing, where a timer or a look at the clock for each
/// piece of data would cost more than the piece. They are as coarse as the sweep.
struct Tick: Comparable {
    private var count: UInt64 = 0

    /// Time between two sweeps.
    static let length: Duration = .milliseconds(100)

    static func < (left: Tick, right: Tick) -> Bool { left.count < right.count }

    mutating func advance() { count += 1 }

    /// So many sweeps that at least a duration passes: taking a duration apart costs more than to set a deadline.
    struct Span {
        fileprivate let count: UInt64

        init(_ duration: Duration) {
            let (seconds, attoseconds) = duration.components
            let milliseconds = max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
            count = UInt64(milliseconds + 99) / 100 + 1
        }
    }

    /// The first moment at which at least the span has passed since this one.
    func after(_ span: Span) -> Tick {
        var tick = self
        tick.count += span.count
        return tick
    }

    func after(_ duration: Duration) -> Tick { after(Span(duration)) }
}
