package import Postgres

extension ShardError {
    /// Tells a driver's error in the terms of a tenant's data.
    package init(_ error: PostgresError) {
        let (code, message) = ShardError.meaning(of: error)
        self.init(code, message, underlying: error)
    }

    // MARK: - Private

    private static func meaning(of error: PostgresError) -> (Code, String) {
        switch error.code {
        case .server:
            return meaning(ofServer: error)
        case .connection, .authentication, .timeout, .poolExhausted, .poolClosed, .transactionRolledBack,
            .conditionFailed:
            return (.unavailable, "the shard's database cannot answer now")
        case .commitUnknown:
            return (.outcomeUnknown, "the connection was lost while the change was being committed")
        case .cancelled:
            return (.cancelled, "the request was cancelled")
        case .encoding:
            return (.invalidValue(field: nil), "a value cannot be stored")
        case .protocolViolation, .decoding, .invalidUse:
            return (.failed, "the shard's database gave an answer that was not understood")
        }
    }

    private static func meaning(ofServer error: PostgresError) -> (Code, String) {
        switch error.sqlState ?? "" {
        case "HU421":
            return (.notOwner, "this shard does not serve the tenant at this epoch")
        case "23505":
            let field = uniqueFields[error.constraint ?? ""] ?? "id"
            return (.duplicate(field: field), "another object has the same \(field)")
        case "23503":
            return meaning(ofForeignKey: error.constraint ?? "")
        case "23514":
            return (.invalidValue(field: error.column), "a value is not one of those allowed")
        case "22001", "22021", "22P05", "23502":
            return (
                .invalidValue(field: error.column),
                "a value is missing, too long or has characters that cannot be stored"
            )
        case let state where isTemporary(state):
            return (.unavailable, "the shard's database cannot answer now")
        default:
            return (.failed, "the shard's database refused a statement")
        }
    }

    private static func meaning(ofForeignKey constraint: String) -> (Code, String) {
        switch constraint {
        case "fk_tasks_projectid": (.notFound(.project), "the project does not exist")
        case "fk_tasks_assignedto": (.invalidReference(field: "assignedTo"), "the assignee is not a user of the tenant")
        case "fk_sessions_userid", "fk_audit_logs_userid", "fk_projects_createdby":
            (.notFound(.user), "the user does not exist any more")
        case let name where name.hasSuffix("_tenantid"): (.notFound(.tenant), "the tenant does not exist")
        default: (.invalidReference(field: constraint), "a reference does not lead to an object of the tenant")
        }
    }

    private static let uniqueFields = ["idx_users_tenantid_email": "email", "uq_tenants_subdomain": "subdomain"]

    /// Lock and statement time-outs, lost races, and a server that is starting, stopping, full or read-only.
    private static func isTemporary(_ sqlState: String) -> Bool {
        switch sqlState {
        case "40001", "40P01", "55P03", "57014", "25006": true
        default: ["08", "53", "57", "58"].contains(String(sqlState.prefix(2)))
        }
    }
}
