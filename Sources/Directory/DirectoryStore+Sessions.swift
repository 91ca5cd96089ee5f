import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    /// Signs a super admin in from the context's address, with its audit entry; the user's expired sessions are forgotten.
    ///
    /// - Parameter lifetime: positive.
    /// - Throws: `.notFound(.user)`.
    package func createSession(
        for user: UserID,
        lifetime: Duration,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> OperatorSession {
        let id = SessionID.fresh()
        let queries: [PostgresQuery] = [
            "DELETE FROM sessions WHERE userId = \(user) AND expiresAt <= now()",
            """
            INSERT INTO sessions (id, userId, expiresAt, clientAddress)
            VALUES (\(id), \(user), now() + make_interval(secs => \(lifetime / .seconds(1))), \(context.clientAddress))
            RETURNING \(unescaped: OperatorSession.columns)
            """,
            .recording(DirectoryAuditEntry(.login, .session, id.uuid), in: context),
        ]
        return try await mappingErrors {
            try await pool.transact(TransactionOptions(), queries)[1].map(OperatorSession.init)[0]
        }
    }

    /// The super admin whose session this is; nil when there is no such session, or it has expired.
    package func superAdmin(of session: SessionID) async throws(DirectoryError) -> SuperAdmin? {
        try await read(
            """
            SELECT \(unescaped: SuperAdmin.columns) FROM users
            WHERE id = (SELECT userId FROM sessions WHERE id = \(session) AND expiresAt > now())
            """
        )[0].map(SuperAdmin.init).first
    }

    /// Ends a session, with its audit entry; whether there was one.
    @discardableResult
    package func deleteSession(_ id: SessionID, _ context: OperatorContext) async throws(DirectoryError) -> Bool {
        try await mappingErrors {
            try await pool.withTransaction { transaction in
                let ended = try await transaction.query("DELETE FROM sessions WHERE id = \(id)").affectedRows == 1
                if ended {
                    _ = try await transaction.finish(
                        with: [.recording(DirectoryAuditEntry(.logout, .session, id.uuid), in: context)]
                    )
                }
                return ended
            }
        }
    }
}
