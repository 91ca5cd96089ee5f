/// What a mover does at one time. Each step may be repeated: after a mover that died in it, its adopter does it again.
///
/// The giving shard is the one that serves before a switch, the receiving one serves after it: source and target when
/// ``MoveState/switching``, target and source when ``MoveState/reversing``.
package enum MoveStep: String, CaseIterable, Codable, Sendable {
    /// Raises the attempt on one shard, so that whoever had the move before can change nothing there any more. Each
    /// attempt begins with it, on each shard before the first step that changes something there; the journal never
    /// stands at it.
    case claim
    /// Removes what earlier generations left on both shards, and gives the target its importing row of ownership.
    case clear
    /// Makes the forward publication.
    case publish
    /// Makes the forward slot and copies the rows of its snapshot. It ends with its mover: the copy is made again.
    case copy
    /// Makes the forward subscription.
    case subscribe
    /// Lets the forward stream apply again after an abort.
    case resumeForward = "resume-forward"
    /// Waits until the stream lags by little.
    case catchUp = "catch-up"
    /// Makes the reverse publication and slot. A slot waits for every open transaction, so it is made here and not within
    /// the switch.
    case openReverse = "open-reverse"
    /// Compares both sides while people work.
    case verify
    /// Warms the receiving shard's connections and caches.
    case warm
    /// In the directory: the tenant is `held`, and what it was is remembered there.
    case hold
    /// The giving shard serves nobody any more. The pause, and its budget, begin.
    case freeze
    /// After the freeze, never before: reads the giving shard's log position and writes a marker.
    case mark
    /// Waits until the stream has passed the position and the marker has arrived.
    case drain
    /// Compares both sides for the last time.
    case check
    /// Disables the stream, waits until its worker is gone, and only then advances the reverse slot past what the worker
    /// applied.
    case turn
    /// In the directory: the receiving shard, the next epoch, still `held`. THE POINT OF NO RETURN.
    case commit
    /// The receiving shard serves at the new epoch.
    case open
    /// In the directory: what the tenant was before the hold. The pause ends.
    case release
    /// The giving shard's ownership is `left`.
    case leave
    /// The source follows the target; the forward stream is dropped.
    case follow
    /// Undoes ``freeze``, at the next epoch: routers hold a refused request until they know a higher epoch.
    case unfreeze
    /// Undoes ``hold``, at that next epoch.
    case unhold
    case dropReverse = "drop-reverse"
    /// Deletes the source's rows in batches, then its row of ownership.
    case deleteSource = "delete-source"
    case dropStreams = "drop-streams"
    /// Deletes the target's rows in batches, then its row of ownership.
    case deleteTarget = "delete-target"
    /// Finds no row, cached key, publication, slot or subscription where none may be.
    case checkEmpty = "check-empty"
    /// In the directory: the certificate.
    case certify

    /// Whether it is a change of the directory, made in one transaction with the journal. So the journal is the truth: a
    /// step that it stands at has not happened, one that it stands behind has.
    package var changesDirectory: Bool {
        switch self {
        case .hold, .commit, .release, .unhold, .certify: true
        case .claim, .clear, .publish, .copy, .subscribe, .resumeForward, .catchUp, .openReverse, .verify, .warm,
            .freeze, .mark, .drain, .check, .turn, .open, .leave, .follow, .unfreeze, .dropReverse, .deleteSource,
            .dropStreams, .deleteTarget, .checkEmpty:
            false
        }
    }

    /// Whether the giving shard may be frozen for a switch that is not committed: the budget runs, and any failure aborts.
    package var isInPause: Bool {
        switch self {
        case .freeze, .mark, .drain, .check, .turn, .commit: true
        case .claim, .clear, .publish, .copy, .subscribe, .resumeForward, .catchUp, .openReverse, .verify, .warm, .hold,
            .open, .release, .leave, .follow, .unfreeze, .unhold, .dropReverse, .deleteSource, .dropStreams,
            .deleteTarget, .checkEmpty, .certify:
            false
        }
    }

    /// Whether people wait for it: it is tried again sooner.
    package var isUrgent: Bool {
        switch self {
        case .open, .release, .unfreeze, .unhold: true
        default: isInPause
        }
    }

    /// Whether it makes a switch ready, and nobody is held for it yet.
    package var isBeforePause: Bool {
        switch self {
        case .resumeForward, .catchUp, .verify, .warm, .hold: true
        default: false
        }
    }
}
