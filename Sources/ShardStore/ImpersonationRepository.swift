import HubColumns
package import HubModel
import Postgres

/// Tickets with which a super admin opens a session of a user of the tenant.
package struct ImpersonationRepository: Sendable {
    let shard: ShardTransaction<WriteAccess>

    /// Makes a ticket, with its audit entry, and forgets those that have expired.
    ///
    /// - Parameters:
    ///   - user: whom to act as; nil for the administrator who has been there the longest.
    ///   - secretHash: the SHA-256 of what the ticket's holder will show.
    ///   - lifetime: positive.
    /// - Throws: `.notFound(.user)`.
    package func create(
        _ id: ImpersonationID,
        by impersonator: OperatorReference,
        as user: UserID?,
        reason: String,
        secretHash: [UInt8],
        lifetime: Duration
    ) async throws(ShardError) -> (user: UserRecord, expiresAt: Timestamp) {
        var condition: PostgresQuery = "role = 'tenant_admin' ORDER BY createdAt, id LIMIT 1"
        if let user { condition = "id = \(user)" }
        let users = try await shard.query(
            """
            SELECT \(unescaped: UserRecord.columns) FROM users WHERE tenantId = \(tenant) AND \(fragment: condition)
            """
        ).map(UserRecord.init)
        guard let user = users.first else { throw ShardError(.notFound(.user), "the user does not exist") }
        let entry = AuditEntry(
            .impersonate,
            .user,
            user.id.uuid,
            changes: .created(AuditedImpersonation(operator: impersonator, reason: reason))
        )
        let answers = try await shard.pipeline([
            "DELETE FROM impersonations WHERE tenantId = \(tenant) AND expiresAt <= now()",
            """
            INSERT INTO impersonations (tenantId, id, secretHash, userId, operatorId, operatorEmail, expiresAt)
            VALUES (\(tenant), \(id), \(secretHash), \(user.id), \(impersonator.id), \(impersonator.email),
                    now() + make_interval(secs => \(lifetime / .seconds(1))))
            RETURNING expiresAt
            """,
            .recording(entry, in: shard.context),
        ])
        return (user, try answers[1].value())
    }

    /// Takes a ticket, which is worth nothing from then on.
    ///
    /// - Returns: whose session it opens, and for whom; nil when there is no such ticket, or it was taken or has expired.
    package func redeem(
        _ id: ImpersonationID,
        secretHash: [UInt8]
    ) async throws(ShardError) -> SessionUser? {
        try await shard.query(
            """
            WITH s AS (
              DELETE FROM impersonations
              WHERE tenantId = \(tenant) AND id = \(id) AND secretHash = \(secretHash) AND expiresAt > now()
              RETURNING userId, operatorId, operatorEmail
            )
            SELECT \(unescaped: SessionUser.columns) FROM s
            JOIN users AS u ON u.tenantId = \(tenant) AND u.id = s.userId
            """
        ).map(SessionUser.init).first
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

/// What the audit trail keeps of a ticket.
private struct AuditedImpersonation: Encodable {
    let `operator`: OperatorReference
    let reason: String
}

extension ShardTransaction<WriteAccess> {
    package var impersonations: ImpersonationRepository { ImpersonationRepository(shard: self) }
}
