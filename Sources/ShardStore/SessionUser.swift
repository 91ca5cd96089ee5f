package import HubModel
import Postgres

/// Whose a session is, and who is behind it.
package struct SessionUser: Sendable {
    package let user: UserRecord
    /// The super admin who acts as the user; nil in the user's own sessions.
    package let impersonator: OperatorReference?
}

extension SessionUser {
    /// The columns in the order of ``init(_:)``, of `users AS u` and `sessions AS s`.
    static let columns = """
        u.id, u.email, u.fullName, u.passwordHash, u.role, u.createdAt, u.updatedAt, s.operatorId, s.operatorEmail
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        let operatorID: UserID?, operatorEmail: EmailAddress?
        let id: UserID, email: EmailAddress, fullName: String, passwordHash: String, role: UserRole
        let createdAt: Timestamp, updatedAt: Timestamp
        (id, email, fullName, passwordHash, role, createdAt, updatedAt, operatorID, operatorEmail) = try row.decode(
            (
                UserID.self, EmailAddress.self, String.self, String.self, UserRole.self, Timestamp.self,
                Timestamp.self, UserID?.self, EmailAddress?.self
            )
        )
        user = UserRecord(
            id: id,
            email: email,
            fullName: fullName,
            passwordHash: passwordHash,
            role: role,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
        impersonator =
            if let operatorID, let operatorEmail {
                OperatorReference(id: operatorID, email: operatorEmail)
            } else {
                nil
            }
    }
}
