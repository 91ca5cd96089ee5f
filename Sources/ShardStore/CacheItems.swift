package import Caching
import HubColumns
package import HubModel
import Postgres

/// What the cache holds of a tenant, as the primary has it: a verb for each ``CacheSubject`` but the ownership, which each
/// transaction judges by itself.
///
/// Each sends its queries at once, so several that run together in a transaction cost one round trip.
package struct CacheItems<Access: ShardAccess>: Sendable {
    let shard: ShardTransaction<Access>

    /// Does nothing but what every transaction does at its beginning: it ends with `.notOwner` unless the shard serves the
    /// tenant at the context's epoch.
    package func requireOwnership() async throws(ShardError) {
        try await shard.query("SELECT")
    }

    /// What authorisation asks about a user; nil when there is no such user.
    package func authorisation(of user: UserID) async throws(ShardError) -> UserAuthorisation? {
        let most = UserAuthorisation.mostSessions
        let answers = try await shard.pipeline([
            "SELECT \(unescaped: UserProfile.columns) FROM users WHERE tenantId = \(tenant) AND id = \(user)",
            """
            SELECT \(unescaped: UserAuthorisation.Session.columns) FROM sessions
            WHERE tenantId = \(tenant) AND userId = \(user) AND expiresAt > now()
            ORDER BY expiresAt DESC, id DESC LIMIT \(most + 1)
            """,
        ])
        guard let profile = try answers[0].map(UserProfile.init).first else { return nil }
        let sessions = try answers[1].map(UserAuthorisation.Session.init)
        return UserAuthorisation(
            user: profile,
            sessions: Array(sessions.prefix(most)),
            hasAllSessions: sessions.count <= most
        )
    }

    /// All projects, the newest first; nil when there are more than `limit`.
    package func projects(limit: Int = CacheSubject.longestList) async throws(ShardError) -> [ListedProject]? {
        let isShort: PostgresQuery = """
            (SELECT count(*) FROM (SELECT FROM projects WHERE tenantId = \(tenant) LIMIT \(limit + 1)) AS counted)
              <= \(limit)
            """
        let answers = try await shard.pipeline([
            "SELECT \(fragment: isShort)",
            ListedProject.query("SELECT * FROM projects WHERE tenantId = \(tenant) AND \(fragment: isShort)"),
        ])
        guard try answers[0].value(Bool.self) else { return nil }
        return try answers[1].map(ListedProject.init)
    }

    /// The tenant's settings and limits.
    ///
    /// - Throws: `.notFound(.tenant)`.
    package func settings() async throws(ShardError) -> TenantProfile {
        let tenants = try await shard.query(TenantProfile.query(tenant)).map(TenantProfile.init)
        guard let tenant = tenants.first else { throw ShardError(.notFound(.tenant), "the tenant does not exist") }
        return tenant
    }

    /// How many projects and tasks the tenant has.
    package func usage() async throws(ShardError) -> WorkCount {
        let counts = try await shard.query(
            """
            SELECT (SELECT count(*) FROM projects WHERE tenantId = \(tenant)),
                   (SELECT coalesce(sum(tasks), 0) FROM task_counts WHERE tenantId = \(tenant))
            """
        ).map { row throws(PostgresError) in try row.decode((Int.self, Int.self)) }
        return WorkCount(projects: counts[0].0, tasks: counts[0].1)
    }

    /// How far the primary's log is: every transaction that can be seen in this one's snapshot was flushed before.
    package func position() async throws(ShardError) -> TimelinePosition {
        let places = try await shard.query(TimelinePosition.ofPrimary).map(TimelinePosition.init(row:))
        return places[0]
    }

    /// Those of the transactions that have ended; one that PostgreSQL has forgotten has.
    ///
    /// An id that is not taken yet, as after the loss of a primary, is none that has ended.
    package func ended(_ writers: [WriterID]) async throws(ShardError) -> [WriterID] {
        if writers.isEmpty { return [] }
        // Asked about an id of the future, pg_xact_status would fail: the CASE asks about no such one.
        return try await shard.query(
            """
            SELECT writer.id FROM unnest(\(writers.map { "\($0.rawValue)" })) AS writer (id)
            WHERE CASE WHEN writer.id::xid8 < pg_snapshot_xmax(pg_current_snapshot())
                  THEN coalesce(pg_xact_status(writer.id::xid8), 'forgotten') <> 'in progress' ELSE false END
            """
        ).map { row throws(PostgresError) in try row.decode(WriterID.self, at: 0) }
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

extension ShardTransaction<ReadAccess> {
    package var cacheItems: CacheItems<ReadAccess> { CacheItems(shard: self) }
}
