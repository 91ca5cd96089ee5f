/// What came of the probes of one shard.
struct ProbeTally: Sendable {
    /// A way in which one tenant's things could come before another's people.
    enum Kind: String, CaseIterable, Encodable, Sendable {
        /// Another tenant's token, or password.
        case credentials
        /// Another tenant's ids in the path.
        case objects
        /// Another tenant's ids in what is written.
        case references
        /// Another tenant's things in one's own lists and objects.
        case lists
        /// The same once more, when it may come from a cache.
        case cached
        /// Another tenant's ids, or words, as a filter.
        case filters
        /// Another tenant's changes in one's own stream.
        case events
        /// Whether all this has changed anything.
        case unchanged
    }

    struct Leak: Encodable, Sendable {
        let kind: Kind
        let host: String
        let method: String
        let path: String
        let seen: String
    }

    struct Count: Sendable {
        var routes: Set<String> = []
        var probes = 0
        var leaks = 0
        /// Probes whose answer says nothing, such as a 503.
        var open = 0
    }

    private(set) var counts: [Kind: Count] = [:]
    private(set) var leaks: [Leak] = []
    /// Why a probe stayed open, by route.
    private(set) var open: [String: String] = [:]

    mutating func pass(_ kind: Kind, _ route: String) {
        counts[kind, default: Count()].routes.insert(route)
        counts[kind, default: Count()].probes += 1
    }

    mutating func record(_ leak: Leak, _ route: String) {
        pass(leak.kind, route)
        counts[leak.kind, default: Count()].leaks += 1
        leaks.append(leak)
    }

    mutating func leaveOpen(_ kind: Kind, _ route: String, _ reason: String) {
        pass(kind, route)
        counts[kind, default: Count()].open += 1
        open["\(kind.rawValue): \(route)"] = reason
    }
}
