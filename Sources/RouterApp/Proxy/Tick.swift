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

    /// The first moment at which at least `duration` has passed since this one.
    func after(_ duration: Duration) -> Tick {
        let (seconds, attoseconds) = duration.components
        let milliseconds = max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        var tick = self
        tick.count += UInt64(milliseconds + 99) / 100 + 1
        return tick
    }
}
