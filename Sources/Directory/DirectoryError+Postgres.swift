package import Postgres

extension DirectoryError {
    /// Tells a driver's error in the terms of the directory.
    package init(_ error: PostgresError) {
        let (code, message) = DirectoryError.meaning(of: error)
        self.init(code, message, underlying: error)
    }

    // MARK: - Private

    private static func meaning(of error: PostgresError) -> (Code, String) {
        switch error.code {
        case .server:
            meaning(ofServer: error)
        case .connection, .authentication, .timeout, .poolExhausted, .poolClosed, .transactionRolledBack,
            .conditionFailed:
            (.unavailable, "the directory's database cannot answer now")
        case .commitUnknown:
            (.outcomeUnknown, "the connection was lost while the change was being committed")
        case .cancelled:
            (.cancelled, "the request was cancelled")
        case .encoding:
            (.invalidValue, "a value cannot be stored")
        case .protocolViolation, .decoding, .invalidUse:
            (.failed, "the directory's database gave an answer that was not understood")
        }
    }

    private static func meaning(ofServer error: PostgresError) -> (Code, String) {
        switch (error.sqlState ?? "", error.constraint ?? "") {
        case ("23505", "uq_tenants_subdomain"), ("23505", "idx_registrations_subdomain"),
            ("23505", "idx_tenant_changes_subdomain"):
            (.taken, "the subdomain is taken")
        case ("23505", "pk_reserved_subdomains"):
            (.reserved, "the subdomain is reserved")
        case ("23505", "uq_users_tenantid_email"):
            (.duplicate(field: "email"), "another super admin has the same email")
        case ("23505", "idx_tenant_changes_tenantid"):
            (.conflict, "another change of this tenant is under way")
        case ("23505", "idx_moves_tenantid"):
            (.conflict, "the tenant is being moved already")
        case ("23505", _):
            (.duplicate(field: "id"), "an object with the same id exists")
        case ("23503", "fk_sessions_userid"), ("23503", "fk_audit_logs_userid"):
            (.notFound(.user), "the user does not exist any more")
        case ("23503", "fk_tenants_shard"), ("23503", "fk_registrations_shard"), ("23503", "fk_backends_shard"):
            (.notFound(.shard), "the shard does not exist")
        case ("23514", _), ("22001", _), ("22021", _), ("22P05", _), ("23502", _):
            (.invalidValue, "a value is missing, too long or not one of those allowed")
        case (let state, _) where isTemporary(state):
            (.unavailable, "the directory's database cannot answer now")
        default:
            (.failed, "the directory's database refused a statement")
        }
    }

    /// Lock and statement time-outs, lost races, and a server that is starting, stopping, full or read-only.
    private static func isTemporary(_ sqlState: String) -> Bool {
        switch sqlState {
        case "40001", "40P01", "55P03", "57014", "25006": true
        default: ["08", "53", "57", "58"].contains(String(sqlState.prefix(2)))
        }
    }
}
