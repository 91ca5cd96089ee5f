/// Where a move stands, as operators and the journal know it.
package enum MoveState: String, CaseIterable, Codable, Sendable {
    /// Journalled; no mover has taken it yet.
    case planned
    /// The target gets a copy.
    case copying
    /// The forward stream catches up, the reverse slot is made, and both sides are compared.
    case catchingUp = "catching-up"
    /// At rest: both sides are equal, and replication goes on.
    case verified
    /// The source gives the tenant up and the target takes it.
    case switching
    /// At rest: the target serves, and the source follows it.
    case switched
    /// The target gives the tenant back to the source.
    case reversing
    /// What the source still has is deleted.
    case completing
    /// What the target has got is deleted.
    case cancelling
    /// At rest before the point of no return, with a reason; the copy is given up.
    case failed
    case completed
    case cancelled
    case reversed

    /// Whether it stays as it is until an operator wishes otherwise, or for ever.
    package var isAtRest: Bool {
        switch self {
        case .verified, .switched, .failed, .completed, .cancelled, .reversed: true
        case .planned, .copying, .catchingUp, .switching, .reversing, .completing, .cancelling: false
        }
    }

    /// Whether nothing ever happens to it again.
    package var isFinal: Bool {
        switch self {
        case .completed, .cancelled, .reversed: true
        case .planned, .copying, .catchingUp, .verified, .switching, .switched, .reversing, .completing, .cancelling,
            .failed:
            false
        }
    }

    /// Whether publications, slots and subscriptions of the move may exist. In the other states a janitor drops them: a
    /// slot that nobody reads keeps its server's write-ahead log for ever.
    package var permitsStreams: Bool {
        switch self {
        case .copying, .catchingUp, .verified, .switching, .switched, .reversing, .completing, .cancelling: true
        case .planned, .failed, .completed, .cancelled, .reversed: false
        }
    }

    /// What an operator may wish from here, the most likely first.
    package var legalWishes: [MoveWish] {
        switch self {
        case .planned, .copying: [.switch, .cancel]
        case .catchingUp: [.switch, .cancel]
        case .verified: [.switch, .verify, .cancel]
        case .switched: [.complete, .reverse]
        case .failed: [.resume, .cancel]
        case .switching, .reversing, .completing, .cancelling, .completed, .cancelled, .reversed: []
        }
    }

    /// The steps a mover may stand at, in their usual order; none at rest.
    package var steps: [MoveStep] {
        switch self {
        case .copying: [.clear, .publish, .copy, .subscribe]
        case .catchingUp: [.resumeForward, .catchUp, .openReverse, .verify]
        case .switching:
            [
                .warm, .hold, .freeze, .mark, .drain, .check, .turn, .commit, .open, .release, .leave, .follow,
                .unfreeze, .unhold,
            ]
        case .reversing:
            [
                .resumeForward, .catchUp, .verify, .warm, .hold, .freeze, .mark, .drain, .check, .turn, .commit, .open,
                .release, .leave, .unfreeze, .unhold, .dropStreams, .deleteTarget, .checkEmpty,
            ]
        case .completing: [.dropReverse, .deleteSource, .checkEmpty, .certify]
        case .cancelling: [.dropStreams, .deleteTarget, .checkEmpty]
        case .planned, .verified, .switched, .failed, .completed, .cancelled, .reversed: []
        }
    }
}
