import HubColumns
package import HubModel
import Postgres

/// A change of a tenant is a saga over directory and shard: **begin** takes the wanted name, then the shard is told, which
/// may be repeated, then **finish** makes the change known to routers. One whose lease has run out is **claimed** and
/// carried on; it is **undone** only when the shard has certainly not made it.
///
/// An erasure is the same, but its tenant is served no more from **begin** on, and there is no way back.
extension DirectoryStore {
    /// - Throws: `.notFound(.tenant)`; `.taken`, `.reserved`; `.conflict` while a cutover holds the tenant, it is being
    ///   erased, or another change is under way.
    package func beginChange(
        of tenant: TenantID,
        _ wanted: WantedTenantChange,
        lease: Duration,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> TenantChange {
        try await change { transaction in
            let before = try await transaction.tenant(tenant)
            try before.requireOperators(to: "be changed")
            try await transaction.requireNoChange(of: tenant)
            if let subdomain = wanted.subdomain { try await transaction.requireFree(subdomain, for: tenant) }
            return try await transaction.journal(.settings, of: tenant, wanted, lease: lease, context)
        }
    }

    /// Makes a change known to routers that the shard has made. Finishing twice is finishing once.
    ///
    /// - Parameter values: what the shard says the tenant has now, for the audit trail.
    /// - Throws: `.conflict` when it was undone.
    package func finishChange(
        _ change: TenantChange,
        values: AuditedTenantValues?,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> DirectoryTenant {
        try await self.change { transaction in
            let before = try await transaction.tenant(change.tenant)
            guard try await transaction.finish(change) else { return before }
            return try await transaction.apply(change.wanted, to: before, values: values, context)
        }
    }

    /// Gives a change up that the shard has certainly not made; the wanted name is free again.
    package func undoChange(_ change: TenantChange, reason: String) async throws(DirectoryError) {
        try await mappingErrors {
            _ = try await pool.query(
                """
                UPDATE tenant_changes SET state = 'undone', reason = \(reason), updatedAt = now()
                WHERE id = \(change.id) AND state = 'pending'
                """
            )
        }
    }

    /// Takes over changes and erasures whose lease has run out, so that the caller carries them on.
    ///
    /// - Parameter lease: how long the caller has, before another may take them over.
    package func claimExpiredChanges(limit: Int, lease: Duration) async throws(DirectoryError) -> [TenantChange] {
        try await mappingErrors {
            try await pool.query(
                """
                WITH claimed AS (
                  UPDATE tenant_changes SET updatedAt = now(),
                         leaseUntil = now() + make_interval(secs => \(lease / .seconds(1)))
                  WHERE id IN (SELECT id FROM tenant_changes WHERE state = 'pending' AND leaseUntil < now()
                               ORDER BY leaseUntil LIMIT \(limit) FOR UPDATE SKIP LOCKED)
                  RETURNING *
                )
                \(fragment: TenantChange.query("SELECT * FROM claimed"))
                """
            ).map(TenantChange.init)
        }
    }

    /// Begins to erase a tenant, or goes on with an erasure that was begun: from here on nobody serves it.
    ///
    /// - Throws: `.notFound(.tenant)`; `.conflict` while a cutover holds the tenant or another change is under way.
    package func beginErasure(
        of tenant: TenantID,
        lease: Duration,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> TenantChange {
        try await change { transaction in
            let before = try await transaction.tenant(tenant)
            let pending = try await transaction.query(
                TenantChange.query(
                    "SELECT * FROM tenant_changes WHERE tenantId = \(tenant) AND state = 'pending' AND kind = 'erasure'"
                )
            ).map(TenantChange.init)
            if let pending = pending.first { return pending }
            try before.requireOperators(to: "be erased")
            try await transaction.requireNoMove(of: tenant, to: "be erased")
            try await transaction.requireNoChange(of: tenant)
            try await transaction.query(
                "UPDATE tenants SET state = 'deleting', updatedAt = now() WHERE id = \(tenant)"
            )
            return try await transaction.journal(.erasure, of: tenant, WantedTenantChange(), lease: lease, context)
        }
    }

    /// Forgets a tenant that its shard has erased; its names stay reserved, and the proof stays in the trail.
    ///
    /// - Parameter removed: rows by table, as the shard counted them.
    package func finishErasure(
        _ change: TenantChange,
        of tenant: DirectoryTenant,
        removed: [String: Int],
        _ context: OperatorContext
    ) async throws(DirectoryError) {
        try await self.change { transaction in
            guard try await transaction.finish(change) else { return }
            let entry = DirectoryAuditEntry(
                .deleteTenant,
                .tenant,
                tenant.id.uuid,
                tenant: tenant.id,
                changes: .deleted(
                    ErasedTenant(
                        subdomain: tenant.subdomain,
                        shard: tenant.shard,
                        erasure: change.erasure,
                        removed: removed
                    )
                )
            )
            try await transaction.pipeline([
                "DELETE FROM tenants WHERE id = \(tenant.id)",
                "UPDATE registrations SET tenantName = '' WHERE tenantId = \(tenant.id)",
                "UPDATE tenant_changes SET name = NULL WHERE tenantId = \(tenant.id)",
                .recording(entry, in: context),
            ])
        }
    }
}

/// What a tenant has, as the control plane's audit trail keeps it.
package struct AuditedTenantValues: Encodable, Sendable {
    package let maxUsers: Int
    package let maxProjects: Int

    package init(maxUsers: Int, maxProjects: Int) {
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
    }
}

/// What the control plane's audit trail keeps of an erased tenant: no name.
private struct ErasedTenant: Encodable {
    let subdomain: Subdomain
    let shard: ShardID
    let erasure: ErasureID
    let removed: [String: Int]
}

extension DirectoryTenant {
    /// - Throws: `.conflict` unless operators decide on the tenant's state, which otherwise belongs to a move or an erasure.
    func requireOperators(to act: String) throws(DirectoryError) {
        guard state.isOperators else {
            throw DirectoryError(.conflict, "a tenant that is \(state) cannot \(act) by hand")
        }
    }
}

extension DirectoryTransaction {
    /// - Throws: `.notFound(.tenant)`.
    func tenant(_ id: TenantID) async throws(DirectoryError) -> DirectoryTenant {
        let tenants = try await query(DirectoryTenant.query(where: "t.id = \(id)")).map(DirectoryTenant.init)
        guard let tenant = tenants.first else { throw DirectoryError(.notFound(.tenant), "there is no such tenant") }
        return tenant
    }

    func requireNoChange(of tenant: TenantID) async throws(DirectoryError) {
        let isChanging = try await query(
            "SELECT EXISTS (SELECT FROM tenant_changes WHERE tenantId = \(tenant) AND state = 'pending')"
        ).value(Bool.self)
        guard !isChanging else {
            throw DirectoryError(.conflict, "another change of this tenant is under way; try again in a minute")
        }
    }

    /// - Throws: `.taken`, `.reserved`, unless the name is the tenant's own, now or formerly, or nobody's.
    fileprivate func requireFree(_ subdomain: Subdomain, for tenant: TenantID) async throws(DirectoryError) {
        guard !subdomain.isReserved else { throw DirectoryError(.reserved, "the subdomain is reserved") }
        let answers = try await pipeline([
            "SELECT EXISTS (SELECT FROM tenants WHERE subdomain = \(subdomain) AND id <> \(tenant))",
            .isNamePending(subdomain),
            """
            SELECT EXISTS (SELECT FROM reserved_subdomains
                           WHERE subdomain = \(subdomain) AND tenantId IS DISTINCT FROM \(tenant))
            """,
        ])
        guard try !answers[0].value(Bool.self), try !answers[1].value(Bool.self) else {
            throw DirectoryError(.taken, "the subdomain is taken")
        }
        guard try !answers[2].value(Bool.self) else { throw DirectoryError(.reserved, "the subdomain is reserved") }
    }

    fileprivate func journal(
        _ kind: TenantChange.Kind,
        of tenant: TenantID,
        _ wanted: WantedTenantChange,
        lease: Duration,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> TenantChange {
        let id = TenantChangeID.fresh()
        return try await pipeline([
            """
            INSERT INTO tenant_changes (id, tenantId, kind, subdomain, name, maxUsers, maxProjects, tenantState, userId,
                                        clientAddress, leaseUntil)
            VALUES (\(id), \(tenant), \(kind.rawValue), \(wanted.subdomain), \(wanted.name), \(wanted.maxUsers),
                    \(wanted.maxProjects), \(wanted.state), \(context.actor), \(context.clientAddress),
                    now() + make_interval(secs => \(lease / .seconds(1))))
            """,
            TenantChange.query("SELECT * FROM tenant_changes WHERE id = \(id)"),
        ])[1].map(TenantChange.init)[0]
    }

    /// Whether the change is finished now; false when it was before.
    ///
    /// - Throws: `.conflict` when it was undone.
    fileprivate func finish(_ change: TenantChange) async throws(DirectoryError) -> Bool {
        let answers = try await pipeline([
            "UPDATE tenant_changes SET state = 'finished', updatedAt = now() WHERE id = \(change.id) AND state = 'pending'",
            "SELECT state = 'finished' FROM tenant_changes WHERE id = \(change.id)",
        ])
        guard try answers[1].value(Bool.self) else { throw DirectoryError(.conflict, "the change was given up") }
        return answers[0].affectedRows == 1
    }

    fileprivate func apply(
        _ wanted: WantedTenantChange,
        to before: DirectoryTenant,
        values: AuditedTenantValues?,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> DirectoryTenant {
        let state = wanted.state ?? before.state
        if state != before.state { try before.requireOperators(to: "become \(state)") }
        let entry = DirectoryAuditEntry(
            .updateTenant,
            .tenant,
            before.id.uuid,
            tenant: before.id,
            changes: .updated(
                from: AuditedTenant(before, values: nil),
                to: AuditedTenant(before, wanted, state: state, values: values)
            )
        )
        return try await pipeline([
            """
            UPDATE tenants SET name = \(wanted.name ?? before.name), state = \(state), updatedAt = now(),
                   subdomain = \(wanted.subdomain ?? before.subdomain)
            WHERE id = \(before.id)
            """,
            .recording(entry, in: context),
            DirectoryTenant.query(where: "t.id = \(before.id)"),
        ])[2].map(DirectoryTenant.init)[0]
    }
}

/// What the control plane's audit trail keeps of a tenant's change; the limits are the shard's, and only what they became.
private struct AuditedTenant: Encodable {
    let subdomain: Subdomain
    let name: String
    let state: TenantState
    let maxUsers: Int?
    let maxProjects: Int?

    init(_ tenant: DirectoryTenant, values: AuditedTenantValues?) {
        self.init(tenant, WantedTenantChange(), state: tenant.state, values: values)
    }

    init(
        _ tenant: DirectoryTenant,
        _ wanted: WantedTenantChange,
        state: TenantState,
        values: AuditedTenantValues?
    ) {
        subdomain = wanted.subdomain ?? tenant.subdomain
        name = wanted.name ?? tenant.name
        self.state = state
        maxUsers = values?.maxUsers
        maxProjects = values?.maxProjects
    }
}

extension PostgresQuery {
    /// Whether a sign-up or a change under way has taken the name.
    static func isNamePending(_ subdomain: Subdomain) -> PostgresQuery {
        """
        SELECT EXISTS (SELECT FROM registrations
                       WHERE subdomain = \(subdomain) AND state IN ('pending', 'undoing'))
            OR EXISTS (SELECT FROM tenant_changes WHERE subdomain = \(subdomain) AND state = 'pending')
        """
    }
}
