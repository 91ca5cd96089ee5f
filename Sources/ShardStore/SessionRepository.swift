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

    /// The user's sessions that have not expired, the one that was used last first.
    package func list(of user: UserID, _ window: ListWindow) async throws(ShardError) -> Listing<SessionRecord> {
        let answers = try await shard.pipeline([
            """
            SELECT \(unescaped: SessionRecord.columns) FROM sessions
            WHERE tenantId = \(tenant) AND userId = \(user) AND expiresAt > now()
            ORDER BY coalesce(lastUsedAt, createdAt) DESC, id DESC LIMIT \(window.limit) OFFSET \(window.offset)
            """,
            "SELECT count(*) FROM sessions WHERE tenantId = \(tenant) AND userId = \(user) AND expiresAt > now()",
        ])
        return Listing(items: try answers[0].map(SessionRecord.init), total: try answers[1].value())
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

    /// Ends one of the user's sessions, with the audit entry.
    ///
    /// - Throws: `.notFound(.session)` when the user has no such session, or it has expired.
    package func end(_ session: SessionID, of user: UserID) async throws(ShardError) {
        try shard.note(.userAccess(user))
        let entry = AuditEntry(.logout, .session, session.uuid)
        let ended = try await shard.query(
            """
            WITH ended AS (
              DELETE FROM sessions
              WHERE tenantId = \(tenant) AND userId = \(user) AND id = \(session) AND expiresAt > now() RETURNING id
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "ended"))
            SELECT id FROM ended
            """
        )
        guard ended.count > 0 else { throw ShardError(.notFound(.session), "the session does not exist") }
    }

    /// Notes when sessions were last used; those that have ended, or are known to have been used later, stay as they are.
    package func noteUse(_ uses: [SessionID: Timestamp]) async throws(ShardError) {
        let uses = Array(uses)
        try await shard.query(
            """
            UPDATE sessions AS s SET lastUsedAt = used.at
            FROM unnest(\(uses.map(\.key)), \(uses.map(\.value))) AS used (id, at)
            WHERE s.tenantId = \(tenant) AND s.id = used.id AND coalesce(s.lastUsedAt, s.createdAt) < used.at
            """
        )
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
