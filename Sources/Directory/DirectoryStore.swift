package import Postgres

/// The directory: where every tenant is, and the control plane's own people and trail.
///
/// Changes of the directory take turns: each transaction that makes one begins with the lock that the schema's triggers
/// would take anyway. Held from the start, it also makes what a transaction has read stay true until it commits.
package struct DirectoryStore: Sendable {
    let pool: PostgresPool

    /// - Parameter pool: connections that log in as `hub_control` (or as the owner, from the operators' command line).
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Runs queries that only read, in one round trip.
    func read(_ queries: PostgresQuery...) async throws(DirectoryError) -> [PostgresRows] {
        try await mappingErrors { try await pool.pipeline(queries) }
    }

    /// Lends a transaction that holds the lock of all directory changes.
    ///
    /// Whoever stops within it, because its process is suspended or its machine hangs, loses it after some seconds: everybody
    /// else's changes wait for it, those of a mover that is to take over among them.
    func change<Answer: Sendable>(
        _ body: (DirectoryTransaction) async throws -> Answer
    ) async throws(DirectoryError) -> Answer {
        try await mappingErrors {
            try await pool.withTransaction(
                TransactionOptions(isolation: .readCommitted),
                prologue: [
                    "SELECT set_config('idle_in_transaction_session_timeout', '4s', true)",
                    "SELECT pg_advisory_xact_lock(18449, 0)",
                ]
            ) { try await body(DirectoryTransaction(transaction: $0)) }
        }
    }

    /// Runs `body` with the driver's errors told as ``DirectoryError``.
    func mappingErrors<Answer>(_ body: () async throws -> Answer) async throws(DirectoryError) -> Answer {
        do {
            return try await body()
        } catch let error as DirectoryError {
            throw error
        } catch let error as PostgresError {
            throw DirectoryError(error)
        } catch {
            throw DirectoryError(.failed, "the directory could not be used: \(error)")
        }
    }
}

extension PostgresRows {
    /// Each row as a record.
    func map<Record>(
        _ record: (PostgresRow) throws(PostgresError) -> Record
    ) throws(DirectoryError) -> [Record] {
        do throws(PostgresError) {
            var records: [Record] = []
            records.reserveCapacity(count)
            for row in self { records.append(try record(row)) }
            return records
        } catch {
            throw DirectoryError(error)
        }
    }

    /// The only column of the only row.
    func value<Value: PostgresDecodable>(_ type: Value.Type = Value.self) throws(DirectoryError) -> Value {
        do throws(PostgresError) {
            return try single().decode(type, at: 0)
        } catch {
            throw DirectoryError(error)
        }
    }
}
