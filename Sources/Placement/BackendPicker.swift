/// Chooses among a shard's backends the available one with the fewest outstanding requests.
///
/// Ties go round in turn, so that an idle shard does not load its first backend alone.
package struct BackendPicker: Sendable {
    package struct Candidate: Sendable {
        package var availability: BackendHealthStateMachine.Availability
        /// Requests it is working on for this picker's owner.
        package var outstanding: Int

        package init(availability: BackendHealthStateMachine.Availability, outstanding: Int) {
            self.availability = availability
            self.outstanding = outstanding
        }
    }

    private var turn = 0

    package init() {}

    /// Picks one of `count` candidates, or nil when none can be used.
    ///
    /// A free trial goes first: without requests a half-open backend would never be tried. When none is available, one
    /// that is ejected but reachable is better than an error.
    package mutating func pick(count: Int, candidate: (Int) -> Candidate?) -> Int? {
        turn &+= 1
        var best: Int?
        var bestRank = Rank.none
        for step in 0..<max(0, count) {
            let index = (Int(bitPattern: UInt(bitPattern: turn) % UInt(count)) + step) % count
            guard let candidate = candidate(index) else { continue }
            let rank = Rank(candidate)
            if rank < bestRank {
                bestRank = rank
                best = index
            }
        }
        return best
    }

    // MARK: - Private

    private struct Rank: Comparable {
        let tier: Int
        let outstanding: Int

        static let none = Rank(tier: 3, outstanding: 0)

        init(tier: Int, outstanding: Int) {
            self.tier = tier
            self.outstanding = outstanding
        }

        init(_ candidate: Candidate) {
            switch candidate.availability {
            case .trial: tier = 0
            case .available: tier = 1
            case .lastResort: tier = 2
            case .unavailable: tier = 3
            }
            outstanding = candidate.availability == .unavailable ? 0 : candidate.outstanding
        }

        static func < (left: Rank, right: Rank) -> Bool {
            (left.tier, left.outstanding) < (right.tier, right.outstanding)
        }
    }
}
