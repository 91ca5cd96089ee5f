import FoundationEssentials
import HubModel
import ShardStore

extension UserAuthorisation {
    /// Clocks of a backend and its database differ by less.
    private static let skew = Duration.seconds(5)

    /// Without the sessions that expire about now: rows leave those out as time passes, without any write.
    func lasting(at now: Timestamp) -> UserAuthorisation {
        UserAuthorisation(
            user: user,
            sessions: sessions.filter { $0.expiresAt > now + UserAuthorisation.skew },
            hasAllSessions: hasAllSessions
        )
    }
}

extension Timestamp {
    static var current: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
