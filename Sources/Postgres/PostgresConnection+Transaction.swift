extension PostgresConnection {
    private static let commit = PostgresQuery(unsafeSQL: "COMMIT")

    /// Lends a transaction: it is committed when the closure returns, and rolled back when it throws or its task is cancelled.
    ///
    /// Nobody else may use the connection meanwhile.
    ///
    /// - Parameter prologue: queries that run before all others, in the same round trip as the first.
    /// - Throws: what the closure throws; `transactionRolledBack` if the closure kept an error to itself;
    ///   `commitUnknown` if the connection was lost while committing.
    package func withTransaction<Value>(
        _ options: TransactionOptions = TransactionOptions(),
        prologue: [PostgresQuery] = [],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let transaction = PostgresTransaction(self, opening: [options.begin] + prologue)
        do {
            let value = try await body(transaction)
            if case .open = transaction.current { _ = try await commit(transaction, after: []) }
            return value
        } catch {
            await rollBack(transaction)
            throw error
        }
    }

    /// Runs a whole transaction in one round trip.
    ///
    /// - Returns: the rows of the queries, without those of the prologue.
    /// - Throws: the error of the query that failed (the transaction is rolled back), or `commitUnknown`.
    package func transact(
        _ options: TransactionOptions = TransactionOptions(),
        prologue: [PostgresQuery] = [],
        _ queries: [PostgresQuery]
    ) async throws(PostgresError) -> [PostgresRows] {
        let transaction = PostgresTransaction(self, opening: [options.begin] + prologue)
        return try await commit(transaction, after: queries)
    }

    /// Runs a whole transaction without a prologue in one round trip.
    package func transact(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
        try await transact(TransactionOptions(), queries)
    }

    /// Runs queries in a transaction, and opens it first if they are the first.
    func perform(
        _ queries: [PostgresQuery],
        in transaction: PostgresTransaction
    ) async throws(PostgresError) -> [PostgresRows] {
        let opening = try transaction.enter(.open)
        if opening.isEmpty { return try await perform(queries, .transaction) }
        let rows = try await perform(opening + queries, .transaction)
        transaction.keep(rows.prefix(opening.count))
        return Array(rows.dropFirst(opening.count))
    }

    /// Runs the last queries of a transaction and its COMMIT in one round trip; rolls back if one of them fails.
    func commit(
        _ transaction: PostgresTransaction,
        after queries: [PostgresQuery]
    ) async throws(PostgresError) -> [PostgresRows] {
        let opening = try transaction.enter(.ended)
        let all = opening + queries + [Self.commit]
        do throws(PostgresError) {
            // A lone COMMIT is not cancelled: the work is done, and only its outcome would become doubtful.
            let rows = try await perform(all, .commit, isCancellable: all.count > 1)
            guard rows[rows.count - 1].commandTag == "COMMIT" else {
                throw PostgresError(
                    .transactionRolledBack,
                    "the transaction was rolled back by COMMIT, since one of its queries had failed",
                    server: server
                )
            }
            if !opening.isEmpty { transaction.keep(rows.prefix(opening.count)) }
            return Array(rows[opening.count..<(rows.count - 1)])
        } catch {
            await rollBack()
            throw error
        }
    }

    // MARK: - Private

    private func rollBack(_ transaction: PostgresTransaction) async {
        guard case .open = transaction.current, (try? transaction.enter(.ended)) != nil else { return }
        await rollBack()
    }

    /// Ends a transaction that is open, whatever its state. A connection on which that fails is closed: nobody may inherit
    /// the transaction.
    private func rollBack() async {
        guard condition.current == .inTransaction else { return }
        do throws(PostgresError) {
            let rollback = PostgresQuery(unsafeSQL: "ROLLBACK").within(.seconds(5))
            _ = try await perform([rollback], .transaction, isCancellable: false)
        } catch {
            close(error)
        }
    }
}
