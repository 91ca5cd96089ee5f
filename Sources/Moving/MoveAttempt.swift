/// How often a move was taken by a mover, the same one included. Directory and shards refuse a lower one than they have
/// seen, so a mover that was only paused, or a statement whose connection was lost, changes nothing any more.
package struct MoveAttempt: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Nobody has taken it.
    package static let none = MoveAttempt(rawValue: 0)

    package var next: MoveAttempt { MoveAttempt(rawValue: rawValue + 1) }

    package static func < (left: MoveAttempt, right: MoveAttempt) -> Bool { left.rawValue < right.rawValue }
}

/// The number of a copy: one that was lost with its snapshot is made again under the next.
package struct MoveGeneration: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let first = MoveGeneration(rawValue: 1)

    package var next: MoveGeneration { MoveGeneration(rawValue: rawValue + 1) }

    package static func < (left: MoveGeneration, right: MoveGeneration) -> Bool { left.rawValue < right.rawValue }
}
