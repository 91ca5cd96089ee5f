import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    /// Adds an entry that records no change of the directory, such as a failed login.
    package func record(_ entry: DirectoryAuditEntry, _ context: OperatorContext) async throws(DirectoryError) {
        try await mappingErrors { _ = try await pool.query(.recording(entry, in: context)) }
    }

    /// The control plane's trail, newest first; of one tenant if it is given.
    package func auditTrail(
        tenant: TenantID? = nil,
        _ window: ListWindow
    ) async throws(DirectoryError) -> Listing<DirectoryAuditRecord> {
        var condition: PostgresQuery = "true"
        if let tenant { condition = "tenantId = \(tenant)" }
        let answers = try await read(
            """
            SELECT \(unescaped: DirectoryAuditRecord.columns) FROM audit_logs WHERE \(fragment: condition)
            ORDER BY timestamp DESC, id DESC LIMIT \(window.limit) OFFSET \(window.offset)
            """,
            "SELECT count(*) FROM audit_logs WHERE \(fragment: condition)"
        )
        return Listing(items: try answers[0].map(DirectoryAuditRecord.init), total: try answers[1].value())
    }
}
