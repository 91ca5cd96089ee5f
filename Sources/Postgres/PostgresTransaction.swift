import Synchronization

/// A transaction that is open while the closure it is lent to runs.
///
/// `BEGIN` and the prologue travel with the first query, so that they cost no round trip; an error of theirs is thrown by that
/// query. After an error the server refuses all further queries, and the transaction can only be rolled back: let the error
/// leave the closure.
package final class PostgresTransaction: Sendable {
    /// How far a transaction has come.
    enum Phase {
        /// Nothing was sent: what the first query takes along.
        case unopened([PostgresQuery])
        case open
        /// `COMMIT` or `ROLLBACK` was sent.
        case ended
    }

    /// The connection, which is nobody else's until the end.
    let connection: PostgresConnection
    /// What must be so when it begins.
    let condition: PostgresCondition?

    private let phase: Mutex<Phase>

    /// The rows of the prologue's queries, once they have come.
    private let prologue = Mutex<[PostgresRows]?>(nil)

    /// Why the condition does not hold, once that is known.
    private let refusal = Mutex<PostgresError?>(nil)

    init(_ connection: PostgresConnection, opening: [PostgresQuery], condition: PostgresCondition? = nil) {
        self.connection = connection
        self.condition = condition
        phase = Mutex(.unopened(opening))
    }

    /// Runs one query.
    package func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
        try await connection.perform([query], in: self)[0]
    }

    /// Runs queries in one round trip.
    ///
    /// - Returns: the rows of each.
    package func pipeline(_ queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
        if queries.isEmpty { return [] }
        return try await connection.perform(queries, in: self)
    }

    /// The rows of each of the prologue's queries; opens the transaction if nothing was sent yet.
    ///
    /// - Throws: as ``query(_:)``; `invalidUse` if the transaction was not opened, or the queries that opened it have not
    ///   been answered yet.
    package func prologueRows() async throws(PostgresError) -> [PostgresRows] {
        if case .unopened = current { _ = try await connection.perform([], in: self) }
        guard let rows = prologue.withLock({ $0 }) else {
            throw PostgresError(.invalidUse, "the prologue has not been answered", server: connection.server)
        }
        return rows
    }

    /// Runs the last queries and commits, in one round trip; nothing can be run afterwards.
    ///
    /// - Returns: the rows of each query.
    /// - Throws: the error of a query (the transaction is rolled back), or `commitUnknown`.
    package func finish(with queries: [PostgresQuery]) async throws(PostgresError) -> [PostgresRows] {
        try await connection.commit(self, after: queries)
    }

    /// Runs a text of statements; see ``PostgresConnection/script(_:timeout:)``.
    package func script(_ sql: String, timeout: Duration? = nil) async throws(PostgresError) {
        try await connection.script(sql, timeout: timeout, in: self)
    }

    /// Runs a `COPY … FROM STDIN`; see ``PostgresConnection/copyIn(_:isolation:_:)``.
    package func copyIn(
        _ query: PostgresQuery,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresCopyWriter) async throws -> Void
    ) async throws -> Int {
        try await connection.copyIn(query, in: self, body)
    }

    /// Runs a `COPY … TO STDOUT`; see ``PostgresConnection/copyOut(_:isolation:_:)``.
    package func copyOut(
        _ query: PostgresQuery,
        isolation: isolated (any Actor)? = #isolation,
        _ body: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        try await connection.copyOut(query, in: self, body)
    }

    /// Moves to a later phase, and hands out what is to be sent first.
    ///
    /// Called on the connection's actor just before something is sent, so that of two concurrent queries the one that is
    /// sent first is the one that opens the transaction.
    ///
    /// - Throws: `invalidUse` after the end.
    func enter(_ next: Phase) throws(PostgresError) -> [PostgresQuery] {
        let previous = phase.withLock { phase in
            defer { if case .ended = phase {} else { phase = next } }
            return phase
        }
        switch previous {
        case .unopened(let opening): return opening
        case .open: return []
        case .ended: throw PostgresError(.invalidUse, "the transaction has ended", server: connection.server)
        }
    }

    /// Keeps what the opening's queries answered: `BEGIN` and the prologue.
    func keep(_ opening: ArraySlice<PostgresRows>) {
        prologue.withLock { $0 = Array(opening.dropFirst()) }
    }

    /// Keeps that the condition does not hold, for whoever did not pass on the error that told it.
    func refuse(_ error: PostgresError) {
        refusal.withLock { $0 = error }
    }

    /// - Throws: why the condition does not hold.
    func requireCondition() throws(PostgresError) {
        if let error = refusal.withLock({ $0 }) { throw error }
    }

    /// What the end of the transaction finds.
    var current: Phase { phase.withLock { $0 } }
}
