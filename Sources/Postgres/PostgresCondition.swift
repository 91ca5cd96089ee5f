/// What must be so at the server when a read-only transaction begins.
///
/// Its query travels ahead of the transaction, with a sync of its own, so that it costs no round trip and is answered before
/// the transaction takes its snapshot. If it does not hold, what the transaction reads is not given to anybody.
package struct PostgresCondition: Sendable {
    let query: PostgresQuery
    let holds: @Sendable (PostgresRows) throws(PostgresError) -> Bool

    /// - Parameters:
    ///   - query: changes nothing.
    ///   - holds: judges its rows.
    package init(_ query: PostgresQuery, holds: @escaping @Sendable (PostgresRows) throws(PostgresError) -> Bool) {
        self.query = query
        self.holds = holds
    }
}
