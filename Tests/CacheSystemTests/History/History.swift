/// What the clients of a trial wrote and were told, with real times.
///
/// Each item has one writer, which begins no write of it before the last was acknowledged, and writes it no more when one
/// has failed: nobody knows then whether that one has happened, or will.
struct History: Sendable {
    struct Write: Sendable {
        let state: ItemState
        let begun: Moment
        /// Nil when it failed or was never answered: it may have happened at any time since it began, or not at all.
        var acknowledged: Moment?
    }

    let start: Moment
    private(set) var writes: [ItemID: [Write]] = [:]
    private(set) var readings: [Reading] = []

    init(start: Moment = .now) {
        self.start = start
    }

    /// Notes that a write begins.
    ///
    /// - Returns: the number of the write among those of its item, from 1; before it, the item is absent.
    mutating func begin(_ item: ItemID, _ state: ItemState, at moment: Moment = .now) -> Int {
        let initial = Write(state: .absent, begun: start, acknowledged: start)
        let previous = writes[item, default: [initial]]
        precondition(previous.last?.acknowledged != nil, "\(item) is written after a write that failed")
        writes[item] = previous + [Write(state: state, begun: moment)]
        return previous.count
    }

    mutating func acknowledge(_ item: ItemID, _ number: Int, at moment: Moment = .now) {
        writes[item]?[number].acknowledged = moment
    }

    mutating func add(_ reading: Reading) {
        readings.append(reading)
    }

    /// How many writes were acknowledged.
    var acknowledgedWrites: Int {
        writes.values.reduce(0) { $0 + $1.dropFirst().count { $0.acknowledged != nil } }
    }

    /// The time since the start, for people.
    func time(_ moment: Moment) -> String {
        let milliseconds = (moment - start) / .milliseconds(1)
        return "\((milliseconds * 10).rounded() / 10) ms"
    }
}
