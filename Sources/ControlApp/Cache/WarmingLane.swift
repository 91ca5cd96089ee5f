import Directory
import HubModel

/// One shard during a warming: how many of its tenants are being read, by which backend the next one is, and whether the
/// shard answers at all.
struct WarmingLane: Sendable {
    /// After so many tenants in a row for which no backend gave an answer, the shard is left alone for the rest of the call.
    private static let patience = 3

    private let backends: [BackendRecord]
    private var turn: Int
    private var silences = 0
    private(set) var inFlight = 0
    /// Why its tenants are not tried any more.
    private(set) var outage: String?

    /// - Parameter turn: the backend that is asked first, modulo their number.
    init(backends: [BackendRecord], turn: Int) {
        self.backends = backends
        self.turn = turn
    }

    /// Begins with a tenant.
    ///
    /// - Returns: all backends of the shard, each in front as often as the others.
    mutating func begin() -> [BackendRecord] {
        inFlight += 1
        guard !backends.isEmpty else { return [] }
        turn = (turn + 1) % backends.count
        return Array(backends[turn...] + backends[..<turn])
    }

    /// A backend has said what became of a tenant.
    mutating func answered() {
        inFlight -= 1
        silences = 0
    }

    /// No backend has.
    mutating func unanswered(_ error: ShardClientError) {
        inFlight -= 1
        silences += 1
        if error.code == .notSent || silences >= WarmingLane.patience { outage = error.message }
    }
}
