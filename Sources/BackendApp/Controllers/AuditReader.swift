import AuditStore
import HubModel
import HubWeb
import Hummingbird
import ShardStore

/// A tenant's audit trail as one, whose older part is in the region's audit store.
///
/// The shard says in the snapshot of its own part where that begins, so the two have neither a gap nor an entry in common.
struct AuditReader: Sendable {
    let workspace: Workspace
    /// Nil where shards keep the whole trail.
    let history: AuditHistory?

    /// Completes the shard's part of a page.
    func complete(
        _ part: AuditPart,
        _ filter: AuditFilter,
        _ window: ListWindow,
        for request: Request,
        in context: TenantWebContext
    ) async throws -> Listing<AuditRecord> {
        guard let floor = try await older(than: part.floor, filter, for: request, in: context) else {
            return part.entries
        }
        let earlier = try await store(of: context).list(
            filter,
            of: context.routed.tenant,
            before: floor,
            offset: max(0, window.offset - part.entries.total),
            limit: window.limit - part.entries.items.count
        )
        return Listing(
            items: part.entries.items + (try await named(earlier.items, for: request, in: context)),
            total: part.entries.total + earlier.total
        )
    }

    /// The entries that come next in a walk from the newest to the oldest.
    ///
    /// - Parameter isOnShard: whether the shard's part is walked; otherwise only what is older.
    func next(
        _ filter: AuditFilter,
        after last: AuditRecord?,
        isOnShard: Bool,
        limit: Int,
        for request: Request,
        in context: TenantWebContext
    ) async throws -> [AuditRecord] {
        let ((piece, floor), _) = try await workspace.read(for: request, in: context) { transaction in
            (
                isOnShard ? try await transaction.audit.next(filter, after: last, limit: limit) : [],
                try await transaction.audit.begins()
            )
        }
        guard piece.isEmpty, let floor = try await older(than: floor, filter, for: request, in: context) else {
            return piece
        }
        let earlier = try await store(of: context).next(
            filter,
            of: context.routed.tenant,
            before: floor,
            after: last,
            limit: limit
        )
        return try await named(earlier, for: request, in: context)
    }

    // MARK: - Private

    /// From when on the store's part may have something that is wanted; nil when it cannot.
    private func older(
        than floor: Timestamp?,
        _ filter: AuditFilter,
        for request: Request,
        in context: TenantWebContext
    ) async throws -> Timestamp? {
        guard let floor else { return nil }
        if let from = filter.from, from >= floor { return nil }
        // The store remembers who did what when the shard has forgotten that person.
        if let user = filter.user {
            let (names, _) = try await workspace.read(for: request, in: context) {
                try await $0.users.names(of: [user])
            }
            if names.isEmpty { return nil }
        }
        return floor
    }

    private func store(of context: TenantWebContext) throws -> AuditHistory {
        guard let history else {
            throw AuditStoreError(
                .unavailable,
                "the trail of tenant \(context.routed.tenant) begins in an audit store, and the topology names none for this region"
            )
        }
        return history
    }

    private func named(
        _ entries: [AuditRecord],
        for request: Request,
        in context: TenantWebContext
    ) async throws -> [AuditRecord] {
        let people = Set(entries.compactMap(\.userID)).sorted()
        guard !people.isEmpty else { return entries }
        let (names, _) = try await workspace.read(for: request, in: context) { try await $0.users.names(of: people) }
        return entries.map { entry in entry.named(entry.userID.flatMap { names[$0] }) }
    }
}
