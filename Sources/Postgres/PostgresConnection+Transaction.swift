extension PostgresConnection {
    private static let commit = PostgresQuery(unsafeSQL: "COMMIT")

    /// Lends a transaction: it is committed when the closure returns, and rolled back when it throws or its task is cancelled.
    ///
    /// Nobody else may use the connection meanwhile.
    ///
    /// - Parameters:
    ///   - prologue: queries that run before all others, in the same round trip as the first.
    ///   - condition: what must be so before a read-only transaction begins.
    /// - Throws: what the closure throws; `transactionRolledBack` if the closure kept an error to itself;
    ///   `commitUnknown` if the connection was lost while committing; `conditionFailed`.
    package func withTransaction<Value>(
        _ options: TransactionOptions = TransactionOptions(),
        prologue: [PostgresQuery] = [],
        provided condition: PostgresCondition? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let transaction = PostgresTransaction(self, opening: [options.begin] + prologue, condition: condition)
        do {
            let value = try await body(transaction)
            try transaction.requireCondition()
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
        let check = ask(transaction.condition)
        let rows = try await perform(opening + queries, .transaction)
        try judge(transaction, check)
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
            let check = opening.isEmpty ? nil : ask(transaction.condition)
            // A lone COMMIT is not cancelled: the work is done, and only its outcome would become doubtful.
            let rows = try await perform(all, .commit, isCancellable: all.count > 1)
            guard rows[rows.count - 1].commandTag == "COMMIT" else {
                throw PostgresError(
                    .transactionRolledBack,
                    "the transaction was rolled back by COMMIT, since one of its queries had failed",
                    server: server
                )
            }
            try judge(transaction, check)
            if !opening.isEmpty { transaction.keep(rows.prefix(opening.count)) }
            return Array(rows[opening.count..<(rows.count - 1)])
        } catch {
            await rollBack()
            throw error
        }
    }

    // MARK: - Private

    /// Sends a condition's query, which whatever is sent next follows in the same turn.
    ///
    /// It is never sent again, as an independent query may be: it would then be answered after what it has to go before.
    private func ask(_ condition: PostgresCondition?) -> Segment? {
        guard let condition else { return nil }
        let segment = Segment(
            id: nextID(),
            queries: [condition.query],
            scope: .transaction,
            deadline: deadline(of: [condition.query]),
            continuation: nil
        )
        accept(.segment(segment))
        return segment
    }

    /// Judges a condition once what followed it has been answered.
    private func judge(_ transaction: PostgresTransaction, _ check: Segment?) throws(PostgresError) {
        guard let condition = transaction.condition, let check else { return }
        do throws(PostgresError) {
            if let failure = check.failure { throw failure }
            guard let rows = check.rows.first, try condition.holds(rows) else {
                throw PostgresError(.conditionFailed, "the server is not in the state that is needed", server: server)
            }
        } catch {
            transaction.refuse(error)
            throw error
        }
    }

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
