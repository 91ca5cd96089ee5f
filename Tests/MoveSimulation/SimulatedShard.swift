import HubModel
import Moving

/// A shard's database with the tenant's rows, its log, what the move has made there, and the region's cache.
struct SimulatedShard: Hashable {
    struct Ownership: Hashable {
        var state: OwnershipState
        var epoch: Epoch
        /// Used only where attempts are kept in this row, as a planted flaw has it.
        var attempt = MoveAttempt.none
    }

    /// A row's image; version 0 is its deletion.
    struct LogEntry: Hashable {
        let key: Int
        let version: Int
    }

    /// A publication, slot or subscription.
    struct StreamEnd: Hashable {
        enum Kind: Hashable {
            case publication
            /// The log's entries from here on have not arrived.
            case slot(position: Int)
            case subscription(isEnabled: Bool)
        }

        let generation: MoveGeneration
        let direction: MoveDirection
        var kind: Kind
    }

    enum CacheCell: Hashable {
        case absent
        case value(Int)
        /// The reader that may fill it.
        case token(Int)
    }

    /// The items of the tenant at one of its epochs.
    struct CacheSpace: Hashable {
        let epoch: Epoch
        /// Whether the tenant is active here.
        var ownership = CacheCell.absent
        var values: [CacheCell]

        var isEmpty: Bool { ownership == .absent && values.allSatisfy { $0 == .absent } }
    }

    var isUp = true
    var ownership: Ownership?
    /// The highest attempt of the move that was claimed here; it outlives the row of ownership.
    var attempt = MoveAttempt.none
    /// The version of each key; 0 where there is no row.
    var rows: [Int]
    var log: [LogEntry] = []
    var streams: [StreamEnd] = []
    var cache: [CacheSpace] = []

    var isServing: Bool { ownership?.state == .active }
    var hasRows: Bool { rows.contains { $0 != 0 } }

    mutating func put(_ key: Int, _ version: Int) {
        rows[key] = version
        log.append(LogEntry(key: key, version: version))
    }

    // MARK: - Streams

    func slot(_ generation: MoveGeneration, _ direction: MoveDirection) -> Int? {
        for end in streams where end.generation == generation && end.direction == direction {
            if case .slot(let position) = end.kind { return position }
        }
        return nil
    }

    mutating func setSlot(_ generation: MoveGeneration, _ direction: MoveDirection, _ position: Int) {
        for index in streams.indices
        where streams[index].generation == generation && streams[index].direction == direction {
            if case .slot = streams[index].kind { streams[index].kind = .slot(position: position) }
        }
    }

    func subscription(_ generation: MoveGeneration, _ direction: MoveDirection) -> Bool? {
        for end in streams where end.generation == generation && end.direction == direction {
            if case .subscription(let isEnabled) = end.kind { return isEnabled }
        }
        return nil
    }

    mutating func setSubscription(_ generation: MoveGeneration, _ direction: MoveDirection, _ isEnabled: Bool) {
        streams.removeAll { end in
            guard end.generation == generation, end.direction == direction else { return false }
            if case .subscription = end.kind { return true }
            return false
        }
        add(StreamEnd(generation: generation, direction: direction, kind: .subscription(isEnabled: isEnabled)))
    }

    /// Adds it in a fixed order, so that equal shards look equal.
    mutating func add(_ end: StreamEnd) {
        guard !streams.contains(end) else { return }
        streams.append(end)
        streams.sort { $0.order < $1.order }
    }

    // MARK: - Cache

    func space(_ epoch: Epoch) -> CacheSpace {
        cache.first { $0.epoch == epoch } ?? CacheSpace(epoch: epoch, values: rows.map { _ in .absent })
    }

    mutating func setSpace(_ space: CacheSpace) {
        cache.removeAll { $0.epoch == space.epoch }
        guard !space.isEmpty else { return }
        cache.append(space)
        cache.sort { $0.epoch < $1.epoch }
    }
}

extension SimulatedShard.StreamEnd {
    fileprivate var order: (Int32, Int, Int) {
        let rank =
            switch kind {
            case .publication: 0
            case .slot: 1
            case .subscription: 2
            }
        return (generation.rawValue, direction == .forward ? 0 : 1, rank)
    }
}
