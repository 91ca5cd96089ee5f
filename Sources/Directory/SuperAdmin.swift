import HubColumns
package import HubModel
import Postgres

/// A row of the directory's `users`: a person who operates the hub and has no tenant.
package struct SuperAdmin: Sendable {
    package let id: UserID
    package let email: EmailAddress
    package let fullName: String
    package let passwordHash: String
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}

extension SuperAdmin {
    static let columns = "id, email, fullName, passwordHash, createdAt, updatedAt"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, email, fullName, passwordHash, createdAt, updatedAt) = try row.decode(
            (UserID.self, EmailAddress.self, String.self, String.self, Timestamp.self, Timestamp.self)
        )
    }
}
