import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    /// - Parameter passwordHash: a bcrypt hash, never the password.
    /// - Throws: `.duplicate("email")`.
    package func createSuperAdmin(
        email: EmailAddress,
        fullName: String,
        passwordHash: String,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> SuperAdmin {
        let id = UserID.fresh()
        let entry = DirectoryAuditEntry(
            .createUser,
            .user,
            id.uuid,
            changes: .created(["email": "\(email)", "fullName": fullName])
        )
        let queries: [PostgresQuery] = [
            """
            INSERT INTO users (id, email, fullName, passwordHash)
            VALUES (\(id), \(email), \(fullName), \(passwordHash))
            RETURNING \(unescaped: SuperAdmin.columns)
            """,
            .recording(entry, in: context),
        ]
        return try await mappingErrors {
            try await pool.transact(TransactionOptions(), queries)[0].map(SuperAdmin.init)[0]
        }
    }

    /// The super admin with this email, or nil.
    package func superAdmin(email: EmailAddress) async throws(DirectoryError) -> SuperAdmin? {
        try await read(
            "SELECT \(unescaped: SuperAdmin.columns) FROM users WHERE tenantId IS NULL AND email = \(email)"
        )[0].map(SuperAdmin.init).first
    }

    /// Replaces the password, and ends all sessions of the super admin.
    ///
    /// - Throws: `.notFound(.user)`.
    package func setPasswordHash(
        of user: UserID,
        to hash: String,
        _ context: OperatorContext
    ) async throws(DirectoryError) {
        let entry = DirectoryAuditEntry(
            .updateUser,
            .user,
            user.uuid,
            changes: .updated(from: [String: String](), to: ["password": "changed"])
        )
        let queries: [PostgresQuery] = [
            "UPDATE users SET passwordHash = \(hash), updatedAt = now() WHERE id = \(user)",
            "DELETE FROM sessions WHERE userId = \(user)",
            .recording(entry, in: context),
        ]
        let answers = try await mappingErrors { try await pool.transact(TransactionOptions(), queries) }
        guard answers[0].affectedRows == 1 else { throw DirectoryError(.notFound(.user), "there is no such user") }
    }
}
