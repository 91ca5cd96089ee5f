import HubColumns
package import HubModel
import Postgres

/// A row of the directory's `sessions`: a super admin who is signed in.
package struct OperatorSession: Sendable {
    package let id: SessionID
    package let user: UserID
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    package let clientAddress: String?
}

extension OperatorSession {
    static let columns = "id, userId, createdAt, expiresAt, clientAddress"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, user, createdAt, expiresAt, clientAddress) = try row.decode(
            (SessionID.self, UserID.self, Timestamp.self, Timestamp.self, String?.self)
        )
    }
}
