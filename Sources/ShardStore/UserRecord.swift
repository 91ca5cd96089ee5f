import HubColumns
package import HubModel
import Postgres

/// A row of `users`.
package struct UserRecord: Sendable {
    package let id: UserID
    package let email: EmailAddress
    package let fullName: String
    package let passwordHash: String
    package let role: UserRole
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}

extension UserRecord {
    /// The columns in the order of ``init(_:)``.
    static let columns = "id, email, fullName, passwordHash, role, createdAt, updatedAt"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, email, fullName, passwordHash, role, createdAt, updatedAt) = try row.decode(
            (UserID.self, EmailAddress.self, String.self, String.self, UserRole.self, Timestamp.self, Timestamp.self)
        )
    }
}
