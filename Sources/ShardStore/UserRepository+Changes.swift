import Caching
import HubColumns
package import HubModel
import Postgres

extension UserRepository {
    /// The newest users first.
    package func list(_ filter: UserFilter, _ window: ListWindow) async throws(ShardError) -> Listing<UserRecord> {
        let condition = filter.condition(in: shard.context.tenant)
        let answers = try await shard.pipeline([
            """
            SELECT \(unescaped: UserRecord.columns) FROM users WHERE \(fragment: condition)
            ORDER BY createdAt DESC, id DESC LIMIT \(window.limit) OFFSET \(window.offset)
            """,
            "SELECT count(*) FROM users WHERE \(fragment: condition)",
        ])
        return Listing(items: try answers[0].map(UserRecord.init), total: try answers[1].value())
    }
}

extension UserRepository where Access == WriteAccess {
    /// The user, whom nobody else changes until the transaction ends.
    ///
    /// - Parameter keepingAdministrators: also waits for every other change that could take an administrator away.
    /// - Throws: `.notFound(.user)`.
    package func lock(_ id: UserID, keepingAdministrators: Bool = false) async throws(ShardError) -> UserRecord {
        if keepingAdministrators { try await shard.query(.lockingLimit("maxUsers", of: tenant)) }
        let users = try await shard.query(
            """
            SELECT \(unescaped: UserRecord.columns) FROM users
            WHERE tenantId = \(tenant) AND id = \(id) FOR NO KEY UPDATE
            """
        ).map(UserRecord.init)
        guard let user = users.first else { throw ShardError(.notFound(.user), "the user does not exist") }
        return user
    }

    /// Changes a locked user, with the audit entry; without a difference nothing is written.
    ///
    /// - Throws: `.lastAdministrator` when the tenant would be left without one; `.notFound(.user)`.
    package func update(_ user: UserRecord, fullName: String?, role: UserRole?) async throws(ShardError) -> UserRecord {
        let before = AuditedUser(email: user.email, fullName: user.fullName, role: user.role)
        let after = AuditedUser(email: user.email, fullName: fullName ?? user.fullName, role: role ?? user.role)
        guard after != before else { return user }
        if before.role == .tenantAdmin, after.role != .tenantAdmin { try await requireAnotherAdministrator(than: user) }
        // The name's items include the one that authorisation asks for.
        try shard.note(after.fullName == before.fullName ? .userAccess(user.id) : .userName(user.id))
        let entry = AuditEntry(.updateUser, .user, user.id.uuid, changes: .updated(from: before, to: after))
        let updated = try await shard.query(
            """
            WITH updated AS (
              UPDATE users SET fullName = \(after.fullName), role = \(after.role), updatedAt = clock_timestamp()
              WHERE tenantId = \(tenant) AND id = \(user.id)
              RETURNING \(unescaped: UserRecord.columns)
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "updated"))
            SELECT * FROM updated
            """
        ).map(UserRecord.init)
        guard let user = updated.first else { throw ShardError(.notFound(.user), "the user does not exist") }
        return user
    }

    /// Gives a locked user another password, with an audit entry that does not tell it.
    package func setPassword(of user: UserRecord, hash: String) async throws(ShardError) {
        try shard.note(.userAccess(user.id))
        let entry = AuditEntry(.updateUser, .user, user.id.uuid, changes: .created(["password": "changed"]))
        try await shard.query(
            """
            WITH updated AS (
              UPDATE users SET passwordHash = \(hash), updatedAt = clock_timestamp()
              WHERE tenantId = \(tenant) AND id = \(user.id) RETURNING id
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "updated"))
            SELECT FROM updated
            """
        )
    }

    /// Removes a locked user, with the audit entry: sessions end, and projects, tasks and audit rows stay, of nobody.
    ///
    /// - Throws: `.lastAdministrator` when the tenant would be left without one.
    package func delete(_ user: UserRecord) async throws(ShardError) {
        if user.role == .tenantAdmin { try await requireAnotherAdministrator(than: user) }
        try shard.note(.userDeletion(user.id))
        let gone = AuditedUser(email: user.email, fullName: user.fullName, role: user.role)
        let entry = AuditEntry(.deleteUser, .user, user.id.uuid, changes: .deleted(gone))
        try await shard.query(
            """
            WITH deleted AS (
              DELETE FROM users WHERE tenantId = \(tenant) AND id = \(user.id) RETURNING id
            ),
            \(fragment: .recording(entry, in: shard.context, forEachRowOf: "deleted"))
            SELECT FROM deleted
            """
        )
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }

    private func requireAnotherAdministrator(than user: UserRecord) async throws(ShardError) {
        let others = try await shard.query(
            "SELECT count(*) FROM users WHERE tenantId = \(tenant) AND role = 'tenant_admin' AND id <> \(user.id)"
        ).value(Int.self)
        guard others > 0 else {
            throw ShardError(.lastAdministrator, "the tenant would be left without an administrator")
        }
    }
}

/// What the audit trail keeps of a user.
private struct AuditedUser: Encodable, Equatable {
    let email: EmailAddress
    let fullName: String
    let role: UserRole
}
