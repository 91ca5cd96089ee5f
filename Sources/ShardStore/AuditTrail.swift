import HubColumns
package import HubModel
import Postgres

/// The tenant's audit trail, which is only ever added to.
package struct AuditTrail<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    /// The newest entries first, as far as they are on the shard.
    package func list(_ filter: AuditFilter, _ window: ListWindow) async throws(ShardError) -> AuditPart {
        let condition = filter.condition(in: shard.context.tenant)
        let answers = try await shard.pipeline([
            floor,
            AuditRecord.query(
                """
                SELECT * FROM audit_logs WHERE \(fragment: condition)
                ORDER BY timestamp DESC, id DESC LIMIT \(window.limit) OFFSET \(window.offset)
                """
            ),
            "SELECT count(*) FROM audit_logs WHERE \(fragment: condition)",
        ])
        let entries = Listing(items: try answers[1].map(AuditRecord.init), total: try answers[2].value(Int.self))
        return AuditPart(entries: entries, floor: try answers[0].value(Timestamp?.self))
    }

    /// From when on the trail is on the shard; nil when all of it is.
    package func begins() async throws(ShardError) -> Timestamp? {
        try await shard.query(floor).value(Timestamp?.self)
    }

    private var floor: PostgresQuery {
        "SELECT max(floor) FROM audit_floors WHERE tenantId = \(shard.context.tenant)"
    }

    /// The entries that come next in a walk from the newest to the oldest.
    ///
    /// - Parameter last: the entry the walk has come to; nil at its start.
    package func next(
        _ filter: AuditFilter,
        after last: AuditRecord?,
        limit: Int
    ) async throws(ShardError) -> [AuditRecord] {
        var condition = filter.condition(in: shard.context.tenant)
        if let last { condition = "\(fragment: condition) AND (timestamp, id) < (\(last.timestamp), \(last.id))" }
        return try await shard.query(
            AuditRecord.query(
                """
                SELECT * FROM audit_logs WHERE \(fragment: condition)
                ORDER BY timestamp DESC, id DESC LIMIT \(limit)
                """
            )
        ).map(AuditRecord.init)
    }
}

extension AuditTrail where Access == WriteAccess {
    /// Adds an entry, in the transaction of the change it records; actor and address are the context's.
    package func append(_ entry: AuditEntry) async throws(ShardError) {
        try await shard.query(.recording(entry, in: shard.context))
    }
}

extension PostgresQuery {
    /// The statement that adds an entry, with its event if the change is one that people follow.
    static func recording(_ entry: AuditEntry, in context: TenantContext) -> PostgresQuery {
        let entryID = AuditLogID.fresh()
        let insertion = insertion(of: entry, entryID, in: context, from: "")
        guard entry.action.isFollowed else { return insertion }
        return """
            WITH recorded AS (\(fragment: insertion) RETURNING id)
            \(fragment: announcement(of: entry, in: context))
            """
    }

    /// Parts of a WITH statement that add the entry, and its event, once for each row of a part before them: they are
    /// written exactly if the change is.
    ///
    /// - Parameter source: the name of the part that makes the change.
    static func recording(
        _ entry: AuditEntry,
        in context: TenantContext,
        forEachRowOf source: String
    ) -> PostgresQuery {
        let insertion = insertion(
            of: entry,
            AuditLogID.fresh(),
            in: context,
            from: "FROM \(identifier: source)"
        )
        guard entry.action.isFollowed else { return "recorded AS (\(fragment: insertion))" }
        return """
            recorded AS (\(fragment: insertion) RETURNING id),
            announced AS (\(fragment: announcement(of: entry, in: context)))
            """
    }

    // MARK: - Private

    private static func insertion(
        of entry: AuditEntry,
        _ id: AuditLogID,
        in context: TenantContext,
        from source: PostgresQuery
    ) -> PostgresQuery {
        let changes = context.impersonator.map { (entry.changes ?? .none).impersonated(by: $0) } ?? entry.changes
        return """
            INSERT INTO audit_logs (id, tenantId, userId, action, entityType, entityId, changes, ipAddress)
            SELECT \(id), \(context.tenant), \(context.actor), \(entry.action.rawValue),
                   \(entry.entity.rawValue), \(entry.entityID), \(changes.map { PostgresJSON(text: $0.json) }),
                   \(context.clientAddress) \(fragment: source)
            """
    }

    private static func announcement(of entry: AuditEntry, in context: TenantContext) -> PostgresQuery {
        """
        INSERT INTO events (tenantId, epoch, id, userId, action, entityType, entityId, projectId)
        SELECT \(context.tenant), \(context.epoch), id, \(context.actor), \(entry.action.rawValue),
               \(entry.entity.rawValue), \(entry.entityID), \(entry.project) FROM recorded
        """
    }
}
