import HubColumns
package import HubModel
import Postgres

/// A row of `sessions`: a person who is signed in.
package struct SessionRecord: Sendable {
    package let id: SessionID
    package let user: UserID
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    package let clientAddress: String?
}

extension SessionRecord {
    /// The columns in the order of ``init(_:)``.
    static let columns = "id, userId, createdAt, expiresAt, clientAddress"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, user, createdAt, expiresAt, clientAddress) = try row.decode(
            (SessionID.self, UserID.self, Timestamp.self, Timestamp.self, String?.self)
        )
    }
}
