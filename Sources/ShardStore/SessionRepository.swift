import Caching
import HubColumns
package import HubModel
import Postgres

/// The sessions of the tenant's users.
package struct SessionRepository<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    /// The user whose session this is; nil when there is no such session, or it has expired.
    package func user(of session: SessionID) async throws(ShardError) -> SessionUser? {
        try await shard.query(
            """
            SELECT \(unescaped: SessionUser.columns)
            FROM sessions AS s JOIN users AS u ON u.tenantId = \(tenant) AND u.id = s.userId
            WHERE s.tenantId = \(tenant) AND s.id = \(session) AND s.expiresAt > now()
            """
        ).map(SessionUser.init).first
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

extension SessionRepository where Access == WriteAccess {
    /// Signs the user in from the context's address, or the context's impersonator as the user, and forgets the user's expired sessions.
    ///
    /// - Parameter lifetime: positive.
    /// - Throws: `.notFound(.user)`.
    package func create(for user: UserID, lifetime: Duration) async throws(ShardError) -> SessionRecord {
        try shard.note(.userAccess(user))
        let answers = try await shard.pipeline([
            "DELETE FROM sessions WHERE tenantId = \(tenant) AND userId = \(user) AND expiresAt <= now()",
            """
            INSERT INTO sessions (id, tenantId, userId, expiresAt, clientAddress, operatorId, operatorEmail)
            SELECT \(SessionID.fresh()), tenantId, id,
                   now() + make_interval(secs => \(lifetime / .seconds(1))), \(shard.context.clientAddress),
                   \(shard.context.impersonator?.id), \(shard.context.impersonator?.email)
            FROM users WHERE tenantId = \(tenant) AND id = \(user)
            RETURNING \(unescaped: SessionRecord.columns)
            """,
        ])
        guard let session = try answers[1].map(SessionRecord.init).first else {
            throw ShardError(.notFound(.user), "the user does not exist any more")
        }
        return session
    }

    /// Ends a session; whether there was one.
    @discardableResult
    package func delete(_ session: SessionID) async throws(ShardError) -> Bool {
        let changes = try shard.noting()
        let users: [UserID] = try await shard.query(
            "DELETE FROM sessions WHERE tenantId = \(tenant) AND id = \(session) RETURNING userId"
        ).map { row throws(PostgresError) in try row.decode(UserID.self, at: 0) }
        for user in users { changes.note(.userAccess(user)) }
        return !users.isEmpty
    }

    /// Ends the user's sessions, all but one if it is given; how many there were.
    @discardableResult
    package func deleteAll(of user: UserID, except kept: SessionID? = nil) async throws(ShardError) -> Int {
        try shard.note(.userAccess(user))
        return try await shard.query(
            """
            DELETE FROM sessions
            WHERE tenantId = \(tenant) AND userId = \(user) AND id IS DISTINCT FROM \(kept)
            """
        ).affectedRows
    }
}
