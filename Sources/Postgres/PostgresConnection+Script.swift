extension PostgresConnection {
    /// Runs a text of any number of statements, as `psql` would: together they are one transaction, unless the text says
    /// otherwise. Results are dropped.
    ///
    /// - Parameter timeout: the client-side limit; nil waits as long as the server works.
    /// - Throws: the error of the first statement that failed; those after it did not run.
    package func script(_ sql: String, timeout: Duration? = nil) async throws(PostgresError) {
        try await script(sql, timeout: timeout, in: nil)
    }

    /// Runs a text of statements by the simple protocol, the only one that takes replication commands.
    ///
    /// - Parameter timeout: the client-side limit; nil waits as long as the server works.
    /// - Returns: the rows of each statement.
    /// - Throws: as ``script(_:timeout:)``.
    package func simpleQuery(_ sql: String, timeout: Duration? = nil) async throws(PostgresError) -> [PostgresRows] {
        try await run(sql, timeout: timeout).map { PostgresRows($0) }
    }

    /// Runs a text of statements in a transaction, or outside one.
    func script(
        _ sql: String,
        timeout: Duration?,
        in transaction: PostgresTransaction?
    ) async throws(PostgresError) {
        _ = try await run(sql, timeout: timeout, in: transaction)
    }

    /// Sends what a transaction begins with, if that was not done yet.
    func open(_ transaction: PostgresTransaction?) async throws(PostgresError) {
        guard let opening = try transaction?.enter(.open), !opening.isEmpty else { return }
        _ = try await perform(opening, .transaction)
    }

    // MARK: - Private

    private func run(
        _ sql: String,
        timeout: Duration?,
        in transaction: PostgresTransaction? = nil
    ) async throws(PostgresError) -> [PostgresResult] {
        if sql.utf8.contains(0) {
            throw PostgresError(.encoding, "the script contains a NUL character", server: server)
        }
        try await open(transaction)
        let id = try await acquireExclusive()
        defer { endExclusive(id) }
        let (link, _) = try exclusive(id)
        guard link.session.sendScript(sql) else {
            let error = lossError(link.session.errorMessage)
            close(error)
            throw error
        }
        let results = try await exclusiveResults(id, timeout: timeout)
        if results.contains(where: { $0.status == .copyIn || $0.status == .copyOut }) {
            let error = PostgresError(.invalidUse, "a script cannot COPY from or to the client", server: server)
            close(error)
            throw error
        }
        return results
    }
}
