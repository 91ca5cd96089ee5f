import HubColumns
package import HubModel
import Postgres

/// A row of `users` without what only signing in needs, so that it may be kept outside the database.
package struct UserProfile: Hashable, Sendable {
    package let id: UserID
    package let email: EmailAddress
    package let fullName: String
    package let role: UserRole
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(
        id: UserID,
        email: EmailAddress,
        fullName: String,
        role: UserRole,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.fullName = fullName
        self.role = role
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension UserProfile {
    /// The columns in the order of ``init(_:)``.
    static let columns = "id, email, fullName, role, createdAt, updatedAt"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, email, fullName, role, createdAt, updatedAt) = try row.decode(
            (UserID.self, EmailAddress.self, String.self, UserRole.self, Timestamp.self, Timestamp.self)
        )
    }
}

extension UserProfile {
    package init(_ user: UserRecord) {
        id = user.id
        email = user.email
        fullName = user.fullName
        role = user.role
        createdAt = user.createdAt
        updatedAt = user.updatedAt
    }
}
