import FoundationEssentials
import HubColumns
package import HubModel
import Postgres

/// A restore of a tenant in its place holds it for a moment. That it does is known by the trail: a tenant that is held, and
/// by no move, is held by the restore that was recorded at its epoch.
extension DirectoryStore {
    /// - Throws: `.notFound(.tenant)`; `.conflict` while the tenant is moved, held, changed or erased.
    package func requireRestorable(_ tenant: TenantID) async throws(DirectoryError) {
        try await change { transaction in _ = try await transaction.restorable(tenant) }
    }

    /// Has routers hold the tenant's requests for a restore; what it was is remembered.
    ///
    /// - Parameter found: the tenant as the restore has found it.
    /// - Throws: as ``requireRestorable(_:)``; `.conflict` when it has gone to another shard or epoch since.
    package func hold(
        _ found: DirectoryTenant,
        for restore: MoveID,
        to moment: String,
        by operator: String
    ) async throws(DirectoryError) -> TenantRestoreHold {
        try await change { transaction in
            let before = try await transaction.restorable(found.id)
            guard (before.shard, before.epoch) == (found.shard, found.epoch) else {
                throw DirectoryError(.conflict, "the tenant was moved meanwhile; nothing was changed")
            }
            let hold = TenantRestoreHold(
                restore: restore,
                restoredTo: moment,
                restoredBy: `operator`,
                epoch: before.epoch,
                stateBefore: before.state
            )
            let entry = DirectoryAuditEntry(
                .restoreTenant,
                .tenant,
                before.id.uuid,
                tenant: before.id,
                changes: .created(hold)
            )
            try await transaction.pipeline([
                "UPDATE tenants SET state = 'held', updatedAt = now() WHERE id = \(before.id)",
                .recording(entry, in: OperatorContext()),
            ])
            return hold
        }
    }

    /// The restore that holds a tenant; nil when none does.
    package func restoreHold(of tenant: TenantID) async throws(DirectoryError) -> TenantRestoreHold? {
        try await read(.restoreHolds(where: "t.id = \(tenant)"))[0].map(HeldTenant.init).first?.hold
    }

    /// The names of all tenants that restores hold.
    package func tenantsHeldByRestores() async throws(DirectoryError) -> [Subdomain] {
        try await read(.restoreHolds(where: "true"))[0].map(HeldTenant.init).filter { $0.hold != nil }.map(\.subdomain)
    }

    /// Makes the tenant what it was before the hold, at the next epoch. Done again, it changes nothing.
    ///
    /// - Parameter name: what it is called now, if it was restored; nil if it was not.
    package func release(
        _ hold: TenantRestoreHold,
        of tenant: TenantID,
        restoredAs name: String?
    ) async throws(DirectoryError) {
        try await change { transaction in
            let before = try await transaction.tenant(tenant)
            guard before.state == .held, before.epoch == hold.epoch else { return }
            let entry = DirectoryAuditEntry(
                .restoreTenant,
                .tenant,
                tenant.uuid,
                tenant: tenant,
                changes: .updated(
                    from: ReleasedTenant(name: before.name, epoch: before.epoch, restoredTo: nil, restoredBy: nil),
                    to: ReleasedTenant(
                        name: name ?? before.name,
                        epoch: hold.epoch.next,
                        restoredTo: name == nil ? nil : hold.restoredTo,
                        restoredBy: hold.restoredBy
                    )
                )
            )
            try await transaction.pipeline([
                """
                UPDATE tenants SET state = \(hold.stateBefore), epoch = \(hold.epoch.next), name = \(name ?? before.name),
                                   updatedAt = now()
                WHERE id = \(tenant)
                """,
                .recording(entry, in: OperatorContext()),
            ])
        }
    }
}

/// What the operators' trail keeps of the end of a restore; without a moment nothing was restored.
private struct ReleasedTenant: Encodable {
    let name: String
    let epoch: Epoch
    let restoredTo: String?
    let restoredBy: String?
}

private struct HeldTenant {
    let subdomain: Subdomain
    let hold: TenantRestoreHold?

    init(_ row: PostgresRow) throws(PostgresError) {
        let document: String?
        let epoch: Epoch
        (subdomain, epoch, document) = try row.decode((Subdomain.self, Epoch.self, String?.self))
        let hold = document.flatMap { try? JSONDecoder().decode(TenantRestoreHold.self, from: Data($0.utf8)) }
        self.hold = hold?.epoch == epoch ? hold : nil
    }
}

extension PostgresQuery {
    /// Tenants that are held and not moved, each with what the newest restore of it has recorded.
    fileprivate static func restoreHolds(where condition: PostgresQuery) -> PostgresQuery {
        """
        SELECT t.subdomain, t.epoch, (
          SELECT a.changes ->> 'after' FROM audit_logs AS a
          WHERE a.tenantId = t.id AND a.action = \(AuditAction.restoreTenant.rawValue) ORDER BY a.timestamp DESC, a.id DESC LIMIT 1)
        FROM tenants AS t
        WHERE t.state = 'held' AND \(fragment: condition)
          AND NOT EXISTS (SELECT FROM moves AS m
                          WHERE m.tenantId = t.id AND m.state NOT IN ('completed', 'cancelled', 'reversed'))
        ORDER BY t.subdomain
        """
    }
}

extension DirectoryTransaction {
    fileprivate func restorable(_ id: TenantID) async throws(DirectoryError) -> DirectoryTenant {
        let tenant = try await tenant(id)
        // It says more of a tenant that a move holds.
        try await requireNoMove(of: id, to: "be restored")
        guard tenant.state != .held else {
            throw DirectoryError(
                .conflict,
                "another restore holds the tenant: if none is at work, end it with 'hubctl tenants restore \(tenant.subdomain) --settle'"
            )
        }
        try tenant.requireOperators(to: "be restored")
        try await requireNoChange(of: id)
        return tenant
    }
}
