import HubColumns
package import HubModel
import Postgres

/// The sessions of the tenant's users.
package struct SessionRepository<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    /// The user whose session this is; nil when there is no such session, or it has expired.
    package func user(of session: SessionID) async throws(ShardError) -> UserRecord? {
        try await shard.query(
            """
            SELECT \(unescaped: UserRecord.columns) FROM users
            WHERE tenantId = \(tenant) AND id = (
              SELECT userId FROM sessions
              WHERE tenantId = \(tenant) AND id = \(session) AND expiresAt > now())
            """
        ).map(UserRecord.init).first
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

extension SessionRepository where Access == WriteAccess {
    /// Signs the user in from the context's address, and forgets the user's expired sessions.
    ///
    /// - Parameter lifetime: positive.
    /// - Throws: `.notFound(.user)`.
    package func create(for user: UserID, lifetime: Duration) async throws(ShardError) -> SessionRecord {
        let answers = try await shard.pipeline([
            "DELETE FROM sessions WHERE tenantId = \(tenant) AND userId = \(user) AND expiresAt <= now()",
            """
            INSERT INTO sessions (id, tenantId, userId, expiresAt, clientAddress)
            VALUES (\(SessionID.fresh()), \(tenant), \(user),
                    now() + make_interval(secs => \(lifetime / .seconds(1))), \(shard.context.clientAddress))
            RETURNING \(unescaped: SessionRecord.columns)
            """,
        ])
        return try answers[1].map(SessionRecord.init)[0]
    }

    /// Ends a session; whether there was one.
    @discardableResult
    package func delete(_ session: SessionID) async throws(ShardError) -> Bool {
        try await shard.query("DELETE FROM sessions WHERE tenantId = \(tenant) AND id = \(session)").affectedRows == 1
    }

    /// Ends the user's sessions, all but one if it is given; how many there were.
    @discardableResult
    package func deleteAll(of user: UserID, except kept: SessionID? = nil) async throws(ShardError) -> Int {
        try await shard.query(
            """
            DELETE FROM sessions
            WHERE tenantId = \(tenant) AND userId = \(user) AND id IS DISTINCT FROM \(kept)
            """
        ).affectedRows
    }
}
