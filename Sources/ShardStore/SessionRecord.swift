import HubColumns
package import HubModel
import Postgres

/// A row of `sessions`: a person who is signed in, and who is behind it.
package struct SessionRecord: Sendable {
    package let id: SessionID
    package let user: UserID
    package let createdAt: Timestamp
    /// Up to some minutes behind; when the session began, until it was used again.
    package let lastUsedAt: Timestamp
    package let expiresAt: Timestamp
    package let clientAddress: String?
    /// The super admin who acts as the user; nil in the user's own sessions.
    package let impersonator: OperatorReference?
}

extension SessionRecord {
    /// The columns in the order of ``init(_:)``.
    static let columns = """
        id, userId, createdAt, coalesce(lastUsedAt, createdAt), expiresAt, clientAddress, operatorId, operatorEmail
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        let operatorID: UserID?, operatorEmail: EmailAddress?
        (id, user, createdAt, lastUsedAt, expiresAt, clientAddress, operatorID, operatorEmail) = try row.decode(
            (
                SessionID.self, UserID.self, Timestamp.self, Timestamp.self, Timestamp.self, String?.self,
                UserID?.self, EmailAddress?.self
            )
        )
        impersonator =
            if let operatorID, let operatorEmail {
                OperatorReference(id: operatorID, email: operatorEmail)
            } else {
                nil
            }
    }
}
