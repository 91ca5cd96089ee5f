/// What a checker knows of one item while it walks through the readings in the order of their ends.
struct ItemTrack {
    let writes: [History.Write]
    /// What readings proved: from that moment on, no earlier write may be told. Rising in both.
    private var proofs: [(moment: Moment, number: Int)] = []

    init(_ writes: [History.Write]) {
        self.writes = writes
    }

    /// Whether a reading of that time may be told nothing but that the item is absent, before its making or after its end.
    func isAbsent(from begun: Moment, to ended: Moment) -> Bool {
        if let last = writes.last, last.state == .absent, let moment = last.acknowledged, moment < begun { return true }
        return writes.count < 2 || writes[1].begun > ended
    }

    /// The last write that was acknowledged before a moment.
    func acknowledged(before moment: Moment) -> Int {
        writes.lastIndex { $0.acknowledged.map { $0 < moment } ?? false } ?? 0
    }

    /// The last write that a reading proved which had ended before a moment.
    func proved(before moment: Moment) -> Int {
        proofs.last { $0.moment < moment }?.number ?? 0
    }

    /// The last write that had begun at a moment.
    func begun(by moment: Moment) -> Int {
        writes.lastIndex { $0.begun <= moment } ?? 0
    }

    /// The writes that a reading of that time may be told of.
    func possible(from begun: Moment, to ended: Moment) -> ClosedRange<Int> {
        let least = max(acknowledged(before: begun), proved(before: begun))
        return least...max(least, self.begun(by: ended))
    }

    /// Notes that the write had happened by then.
    mutating func prove(_ number: Int, at moment: Moment) {
        if number > proofs.last?.number ?? 0 { proofs.append((moment, number)) }
    }
}
