import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    /// Adds an entry that records no change of the directory, such as a failed login.
    package func record(_ entry: DirectoryAuditEntry, _ context: OperatorContext) async throws(DirectoryError) {
        try await mappingErrors { _ = try await pool.query(.recording(entry, in: context)) }
    }

    /// The control plane's trail, newest first.
    package func auditTrail(
        _ filter: DirectoryAuditFilter,
        _ window: ListWindow
    ) async throws(DirectoryError) -> Listing<DirectoryAuditRecord> {
        let condition = filter.condition
        let answers = try await read(
            """
            SELECT \(unescaped: DirectoryAuditRecord.columns)
            FROM audit_logs AS a LEFT JOIN users AS u ON u.id = a.userId WHERE \(fragment: condition)
            ORDER BY a.timestamp DESC, a.id DESC LIMIT \(window.limit) OFFSET \(window.offset)
            """,
            "SELECT count(*) FROM audit_logs AS a WHERE \(fragment: condition)"
        )
        return Listing(items: try answers[0].map(DirectoryAuditRecord.init), total: try answers[1].value())
    }
}
