/// One of the two shards of a move; it keeps its name when the tenant is given back.
package enum MoveSide: String, CaseIterable, Codable, Sendable {
    case source
    case target

    package var other: MoveSide {
        switch self {
        case .source: .target
        case .target: .source
        }
    }
}

/// Which way a switch goes.
package enum MoveDirection: String, CaseIterable, Codable, Sendable {
    /// From source to target.
    case forward
    /// Back from target to source.
    case reverse

    /// The shard that serves before the switch.
    package var giving: MoveSide {
        switch self {
        case .forward: .source
        case .reverse: .target
        }
    }

    /// The shard that serves after it.
    package var receiving: MoveSide { giving.other }
}
