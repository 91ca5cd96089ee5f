package import HubModel
package import Postgres

/// One shard's tenants: the only room that reads and writes the founding document's tables.
///
/// Every transaction belongs to one tenant, and the database judges, inside it, whether this shard serves that tenant at
/// the context's epoch. That costs no round trip: BEGIN, the context and the judgement travel with the first query.
///
/// A write that changes what the cache holds commits only when the cache is fenced off from it.
package struct ShardStore: Sendable {
    let pool: PostgresPool
    let fencing: CacheFencing
    let patience: Duration
    private let shares: TenantShares?
    private let replicas: ReadReplicas?

    /// - Parameters:
    ///   - pool: connections that log in as `hub_app`.
    ///   - shares: how much of the pool one tenant may use at once; nil for all of it.
    ///   - replicas: where reads may go besides; nil for nowhere.
    ///   - fencing: who fences the cache.
    ///   - patience: how long a write is tried again while the cache cannot be fenced, from when that was first so.
    package init(
        pool: PostgresPool,
        shares: TenantShares? = nil,
        replicas: ReadReplicas? = nil,
        fencing: CacheFencing = .nobody,
        patience: Duration = .seconds(10)
    ) {
        self.pool = pool
        self.shares = shares
        self.replicas = replicas
        self.fencing = fencing
        self.patience = patience
    }

    /// Lends a read-only transaction in which everything, the ownership included, is seen in one snapshot.
    ///
    /// One snapshot matters: were ownership judged in an earlier one, a tenant could move away in between, and what is
    /// read then would be older than writes already acknowledged on its new shard.
    ///
    /// - Throws: ``ShardError`` for what the database says; `body`'s own errors as they are.
    package func withRead<Answer: Sendable>(
        _ context: TenantContext,
        _ body: (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> Answer {
        try await mappingErrors {
            try await transact(.snapshot, context, prologue: context.readPrologue, shares: shares) { transaction in
                try await body(ShardTransaction(context: context, transaction: transaction))
            }
        }
    }

    /// Whether some reads may be answered elsewhere than at the primary.
    package var hasReplicas: Bool { replicas != nil }

    /// As ``withRead(_:_:)``, at a replica if one shows all there was at `place`.
    ///
    /// - Parameters:
    ///   - place: where the primary's log was when the request had arrived, or later; nil for the primary alone.
    ///   - body: runs again, at the primary, when a replica could not answer after all.
    package func withRead<Answer: Sendable>(
        _ context: TenantContext,
        after place: TimelinePosition?,
        _ body: (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> Answer {
        guard let place, let replicas else { return try await withRead(context, body) }
        if let answer = try await replicas.read(context, after: place, body) { return answer }
        return try await withRead(context, body)
    }

    /// Lends a transaction that holds the tenant's fence shared until it ends, and commits if `body` returns.
    ///
    /// A cutover takes the fence exclusively, so each write is committed before it or refused after it. The ownership is
    /// read by a statement of its own after the lock was granted, with a snapshot taken then: READ COMMITTED is needed.
    ///
    /// - Parameter body: runs again, in another transaction, while the cache cannot be fenced off from its changes.
    /// - Throws: ``ShardError`` for what the database says; `body`'s own errors as they are. Either way nothing was
    ///   done, except after `.outcomeUnknown`.
    package func withWrite<Answer: Sendable>(
        _ context: TenantContext,
        _ body: (ShardTransaction<WriteAccess>) async throws -> Answer
    ) async throws -> Answer {
        try await mappingErrors {
            try await fenced(context, prologue: context.writePrologue, gate: .first, shares: shares, body)
        }
    }

    /// Runs one reading verb in a single round trip, COMMIT included; otherwise as ``withRead(_:_:)``.
    ///
    /// - Parameter verb: calls one verb of one repository; a second would fail.
    package func readOnce<Answer: Sendable>(
        _ context: TenantContext,
        _ verb: (ShardTransaction<ReadAccess>) async throws(ShardError) -> Answer
    ) async throws(ShardError) -> Answer {
        try await answering {
            try await transact(.snapshot, context, prologue: context.readPrologue, shares: shares) { transaction in
                try await verb(
                    ShardTransaction(context: context, transaction: transaction, endsWithFirstVerb: true)
                )
            }
        }
    }

    /// Runs one writing verb in a single round trip, COMMIT included; otherwise as ``withWrite(_:_:)``.
    ///
    /// A verb that is refused has changed nothing, so it may be committed before its answer is known.
    ///
    /// - Parameter verb: calls one verb of one repository, which changes nothing that the cache holds; a second would fail.
    package func writeOnce<Answer: Sendable>(
        _ context: TenantContext,
        _ verb: (ShardTransaction<WriteAccess>) async throws(ShardError) -> Answer
    ) async throws(ShardError) -> Answer {
        try await answering {
            try await transact(.fenced, context, prologue: context.writePrologue, shares: shares) { transaction in
                try await verb(
                    ShardTransaction(context: context, transaction: transaction, endsWithFirstVerb: true)
                )
            }
        }
    }

    /// Runs `body`, which throws nothing but ``ShardError`` and the driver's errors, with the latter told as the former.
    func answering<Answer>(_ body: () async throws -> Answer) async throws(ShardError) -> Answer {
        do {
            return try await mappingErrors(body)
        } catch let error as ShardError {
            throw error
        } catch {
            throw ShardError(.failed, "the shard could not be used: \(error)")
        }
    }

    /// Lends a transaction, within the tenant's share if there are shares.
    func transact<Answer: Sendable>(
        _ options: TransactionOptions,
        _ context: TenantContext,
        prologue: [PostgresQuery],
        shares: TenantShares?,
        _ body: (PostgresTransaction) async throws -> Answer
    ) async throws -> Answer {
        guard let shares else { return try await pool.withTransaction(options, prologue: prologue, body) }
        return try await shares.withShare(of: context.tenant) {
            try await pool.withTransaction(options, prologue: prologue, body)
        }
    }

    // MARK: - Private

    private func mappingErrors<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as PostgresError {
            throw ShardError(error)
        }
    }
}
