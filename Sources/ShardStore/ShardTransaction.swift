import Caching
package import HubModel
import Postgres

/// A transaction of one tenant, lent by ``ShardStore``; its repositories are the verbs.
///
/// `Access` decides at compile time whether the repositories have verbs that write.
package struct ShardTransaction<Access: ShardAccess>: Sendable {
    package private(set) var context: TenantContext
    let transaction: PostgresTransaction
    /// Whether the COMMIT travels with the queries of the first verb, which then is the only one.
    var endsWithFirstVerb = false
    /// What the cache must be told before the COMMIT; nil where it cannot be told any more.
    var changes: NotedChanges?

    package var audit: AuditTrail<Access> { AuditTrail(shard: self) }
    package var projects: ProjectRepository<Access> { ProjectRepository(shard: self) }
    package var sessions: SessionRepository<Access> { SessionRepository(shard: self) }
    package var tasks: TaskRepository<Access> { TaskRepository(shard: self) }
    package var tenant: TenantRepository<Access> { TenantRepository(shard: self) }
    package var users: UserRepository<Access> { UserRepository(shard: self) }

    /// The same transaction, on behalf of the user it turned out to come from.
    package func acting(as user: UserID, behind impersonator: OperatorReference?) -> ShardTransaction {
        var transaction = self
        transaction.context = context.acting(as: user, behind: impersonator)
        return transaction
    }
}

extension ShardTransaction {
    @discardableResult
    func query(_ query: PostgresQuery) async throws(ShardError) -> PostgresRows {
        do throws(PostgresError) {
            guard endsWithFirstVerb else { return try await transaction.query(query) }
            return try await transaction.finish(with: [query])[0]
        } catch {
            throw ShardError(error)
        }
    }

    /// Sends all queries at once; an error of one is the error of all.
    func pipeline(_ queries: [PostgresQuery]) async throws(ShardError) -> [PostgresRows] {
        do throws(PostgresError) {
            guard endsWithFirstVerb else { return try await transaction.pipeline(queries) }
            return try await transaction.finish(with: queries)
        } catch {
            throw ShardError(error)
        }
    }
}

extension ShardTransaction<WriteAccess> {
    /// Notes what a verb is about to change of what the cache holds, so that it is fenced before the COMMIT.
    ///
    /// Every verb that changes any of it must say so; one too many costs speed, one too few makes the cache stale.
    ///
    /// - Throws: `.failed` where the COMMIT travels with the verb, and so cannot wait for a fence.
    func note(_ change: CacheChange) throws(ShardError) {
        try noting().note(change)
    }

    /// As ``note(_:)``, for a verb that learns only from its own query what it has changed; to be called before that.
    func noting() throws(ShardError) -> NotedChanges {
        guard let changes else {
            throw ShardError(.failed, "this verb changes what the cache holds, which one round trip cannot fence")
        }
        return changes
    }
}

extension PostgresRows {
    /// Each row as a record.
    func map<Record>(
        _ record: (PostgresRow) throws(PostgresError) -> Record
    ) throws(ShardError) -> [Record] {
        do throws(PostgresError) {
            var records: [Record] = []
            records.reserveCapacity(count)
            for row in self { records.append(try record(row)) }
            return records
        } catch {
            throw ShardError(error)
        }
    }

    /// The only column of the only row.
    func value<Value: PostgresDecodable>(_ type: Value.Type = Value.self) throws(ShardError) -> Value {
        do throws(PostgresError) {
            return try single().decode(type, at: 0)
        } catch {
            throw ShardError(error)
        }
    }
}
