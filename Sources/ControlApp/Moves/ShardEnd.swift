import MoveEngine

/// A shard as an end of a move; the pure room calls its two sides by the same name.
typealias ShardEnd = MoveSide
