import Placement

/// What a feed knows, behind its lock.
struct FeedState {
    var snapshot: DirectorySnapshot?
    /// The server and history that the snapshot was read from in this process; nil when it came from a file.
    var lineage: FeedLineage?
    private var state: DirectoryFeedStatus.State = .connecting
    private var lastContact: ContinuousClock.Instant?

    init(snapshot: DirectorySnapshot?) {
        self.snapshot = snapshot
    }

    var hasContact: Bool { lastContact != nil }

    var status: DirectoryFeedStatus {
        DirectoryFeedStatus(
            state: state,
            version: snapshot?.version,
            tenants: snapshot?.tenantCount ?? 0,
            lastContact: lastContact
        )
    }

    mutating func noteContact(_ state: DirectoryFeedStatus.State) {
        self.state = state
        lastContact = .now
    }

    mutating func noteFailure(_ reason: String) { state = .offline(reason) }
}

/// Which history of which server a snapshot belongs to: a version means nothing in another one.
struct FeedLineage: Equatable {
    let system: String
    let timeline: String
}
