import Moving

extension World {
    /// The streams that have something to apply.
    func runningStreams() -> [SimulatedShard.StreamEnd] {
        guard source.isUp, target.isUp else { return [] }
        return (source.streams + target.streams).filter { end in
            guard case .subscription(isEnabled: true) = end.kind else { return false }
            let publisher = self[end.direction.giving]
            guard let position = publisher.slot(end.generation, end.direction) else { return false }
            return position < publisher.log.count
        }
    }

    /// Applies the next entry of a stream's log; the applied row is in the subscriber's own log too.
    ///
    /// Every write inserts a row, of the audit trail at least, so what arrives twice is a duplicate key.
    mutating func apply(_ generation: MoveGeneration, _ direction: MoveDirection) {
        guard let position = self[direction.giving].slot(generation, direction) else { return }
        let entry = self[direction.giving].log[position]
        let present = self[direction.receiving].rows[entry.key]
        if entry.version != 0, present >= entry.version {
            report(.arrivedTwice, "key \(entry.key) at \(entry.version), is at \(present), \(direction)")
        }
        self[direction.receiving].put(entry.key, entry.version)
        self[direction.giving].setSlot(generation, direction, position + 1)
    }

    /// Entries that a stream has not applied; nil without the stream.
    func lag(_ record: MoveRecord) -> Int? {
        let (generation, direction) = (record.generation, record.direction)
        let publisher = self[direction.giving]
        guard let position = publisher.slot(generation, direction),
            self[direction.receiving].subscription(generation, direction) != nil
        else { return nil }
        return publisher.log.count - position
    }

    /// One of a janitor's two looks: what there is on a shard, and then whether the journal has a use for it.
    mutating func tidy(_ side: MoveSide) {
        switch janitor {
        case .idle:
            janitor = has(.janitorReadsFirst) ? .read(directory.move) : .listed(side, self[side].streams)
        case .listed(let side, let ends):
            drop(ends, at: side, unlessPermittedBy: directory.move)
            janitor = .idle
        case .read(let record):
            drop(self[side].streams, at: side, unlessPermittedBy: record)
            janitor = .idle
        }
    }

    // MARK: - Private

    private mutating func drop(
        _ ends: [SimulatedShard.StreamEnd],
        at side: MoveSide,
        unlessPermittedBy record: MoveRecord
    ) {
        self[side].streams.removeAll { end in
            let object = MoveObject(move: record.id, generation: end.generation, direction: end.direction)
            let isListed = ends.contains { $0.generation == end.generation && $0.direction == end.direction }
            return isListed && !object.isPermitted(by: record)
        }
    }
}
