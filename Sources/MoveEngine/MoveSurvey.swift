package import HubModel

/// What a move would meet, found without changing anything.
package struct MoveSurvey: Sendable {
    package struct Table: Hashable, Sendable {
        package let name: String
        package let rows: Int
        /// What the rows take without indices, about.
        package let bytes: Int
    }

    /// What stands in the way, a sentence each: what, where, and what to do.
    package internal(set) var refusals: [String] = []
    /// What was looked at and found right, and what cannot be known, a sentence each.
    package internal(set) var checks: [String] = []
    package internal(set) var unknowns: [String] = []
    /// What the target can still write; nil when it cannot be known.
    package internal(set) var freeBytes: Int?
    package internal(set) var tables: [Table] = []
    /// Live moves at the source besides this one, by their slots.
    package internal(set) var otherMoves: [MoveID] = []

    package var isPossible: Bool { refusals.isEmpty }
    package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
    package var bytes: Int { tables.reduce(0) { $0 + $1.bytes } }
    /// What the target needs, about: the rows, as much again for indices, and the log of both until it is recycled.
    package var neededBytes: Int { 3 * bytes }

    /// How long the copy may take: a stream takes 100,000 rows a second on two cores, and more streams add little there.
    package var estimatedCopy: Duration { .milliseconds(rows / 100 + 500) }
}

/// What a server says of itself before a move.
struct ServerFacts: Sendable {
    let version: Int
    let walLevel: String
    let isSuperuser: Bool
    let slots: (used: Int, maximum: Int)
    let senders: (used: Int, maximum: Int)
    let workers: (used: Int, maximum: Int)
    let movesHere: [StreamName]
}
