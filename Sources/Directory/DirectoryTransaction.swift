import Postgres

/// A transaction that may change the directory.
struct DirectoryTransaction: Sendable {
    let transaction: PostgresTransaction

    @discardableResult
    func query(_ query: PostgresQuery) async throws(DirectoryError) -> PostgresRows {
        do throws(PostgresError) {
            return try await transaction.query(query)
        } catch {
            throw DirectoryError(error)
        }
    }

    /// Sends all queries at once; an error of one is the error of all.
    @discardableResult
    func pipeline(_ queries: [PostgresQuery]) async throws(DirectoryError) -> [PostgresRows] {
        guard !queries.isEmpty else { return [] }
        do throws(PostgresError) {
            return try await transaction.pipeline(queries)
        } catch {
            throw DirectoryError(error)
        }
    }
}
