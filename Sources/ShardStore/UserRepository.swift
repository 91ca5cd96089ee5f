import Caching
import HubColumns
package import HubModel
import Postgres

/// The tenant's users.
package struct UserRepository<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    /// The user with this email, or nil.
    package func find(email: EmailAddress) async throws(ShardError) -> UserRecord? {
        try await shard.query(
            """
            SELECT \(unescaped: UserRecord.columns) FROM users
            WHERE tenantId = \(tenant) AND email = \(email)
            """
        ).map(UserRecord.init).first
    }

    /// What the users are called; those that there are not are left out.
    package func names(of ids: [UserID]) async throws(ShardError) -> [UserID: String] {
        let rows = try await shard.query(
            "SELECT id, fullName FROM users WHERE tenantId = \(shard.context.tenant) AND id = ANY(\(ids))"
        ).map { row throws(PostgresError) in try row.decode((UserID.self, String.self)) }
        return Dictionary(rows) { first, _ in first }
    }

    /// - Throws: `.notFound(.user)`.
    package func get(_ id: UserID) async throws(ShardError) -> UserRecord {
        let users = try await shard.query(
            """
            SELECT \(unescaped: UserRecord.columns) FROM users
            WHERE tenantId = \(tenant) AND id = \(id)
            """
        ).map(UserRecord.init)
        guard let user = users.first else { throw ShardError(.notFound(.user), "the user does not exist") }
        return user
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

extension UserRepository where Access == WriteAccess {
    /// Creates the user and its audit entry, unless the tenant has all the users it may have.
    ///
    /// The tenant's row is locked before its users are counted, so creations in parallel count one after the other.
    ///
    /// - Throws: `.limitReached(.user, …)`, `.duplicate("email")`.
    package func create(_ new: NewUser) async throws(ShardError) -> UserRecord {
        try shard.note(.userCreation(new.id))
        let entry = AuditEntry(.createUser, .user, new.id.uuid, changes: .created(new))
        let answers = try await shard.pipeline([
            .lockingLimit("maxUsers", of: tenant),
            // A deletion may come in between, but no creation: when the limit refuses, it was reached here too.
            "SELECT count(*) FROM users WHERE tenantId = \(tenant)",
            """
            WITH created AS (
              INSERT INTO users (id, tenantId, email, fullName, passwordHash, role)
              SELECT \(new.id), \(tenant), \(new.email), \(new.fullName), \(new.passwordHash), \(new.role)
              WHERE (SELECT count(*) FROM users WHERE tenantId = \(tenant))
                  < (SELECT maxUsers FROM tenants WHERE id = \(tenant))
              RETURNING \(unescaped: UserRecord.columns)
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "created"))
            SELECT * FROM created
            """,
        ])
        guard let user = try answers[2].map(UserRecord.init).first else {
            throw try .limitReached(.user, limit: answers[0], used: answers[1])
        }
        return user
    }
}
