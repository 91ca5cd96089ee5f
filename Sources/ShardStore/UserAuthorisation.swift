import HubColumns
package import HubModel
import Postgres

/// What is asked about a user who shows a token: who it is, and whether the token's session lasts.
package struct UserAuthorisation: Hashable, Sendable {
    /// A session that had not expired when it was read.
    package struct Session: Hashable, Sendable {
        package let id: SessionID
        package let expiresAt: Timestamp
        /// The super admin who acts as the user; nil in the user's own sessions.
        package let impersonator: OperatorReference?

        package init(id: SessionID, expiresAt: Timestamp, impersonator: OperatorReference?) {
            self.id = id
            self.expiresAt = expiresAt
            self.impersonator = impersonator
        }
    }

    /// How many sessions are kept of a user.
    package static let mostSessions = 100

    package let user: UserProfile
    /// Those that expire last, first.
    package let sessions: [Session]
    /// Whether the user has no other session; if not, one that is missing here may still be there.
    package let hasAllSessions: Bool

    package init(user: UserProfile, sessions: [Session], hasAllSessions: Bool) {
        self.user = user
        self.sessions = sessions
        self.hasAllSessions = hasAllSessions
    }
}

extension UserAuthorisation.Session {
    /// The columns in the order of ``init(_:)``.
    static let columns = "id, expiresAt, operatorId, operatorEmail"

    init(_ row: PostgresRow) throws(PostgresError) {
        let operatorID: UserID?, operatorEmail: EmailAddress?
        (id, expiresAt, operatorID, operatorEmail) = try row.decode(
            (SessionID.self, Timestamp.self, UserID?.self, EmailAddress?.self)
        )
        impersonator =
            if let operatorID, let operatorEmail {
                OperatorReference(id: operatorID, email: operatorEmail)
            } else {
                nil
            }
    }
}
