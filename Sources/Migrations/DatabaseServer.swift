import FoundationEssentials
package import Postgres

/// What an operator does to a PostgreSQL server around the schema: databases, passwords of roles, and vital signs.
package struct DatabaseServer: Sendable {
    private let connection: PostgresConnection

    /// - Parameter connection: a session of the administrator.
    package init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// Creates the database in UTF-8, owned by the session's role, unless it is there.
    ///
    /// - Returns: whether it was created now.
    package func createDatabase(_ name: String) async throws(PostgresError) -> Bool {
        do throws(PostgresError) {
            _ = try await connection.query(
                PostgresQuery("CREATE DATABASE \(identifier: name) ENCODING 'UTF8' TEMPLATE template0").unprepared
            )
            return true
        } catch  where error.isServerError("42P04") {
            return false
        }
    }

    package func hasDatabase(_ name: String) async throws(PostgresError) -> Bool {
        let rows = try await connection.query("SELECT 1 FROM pg_database WHERE datname = \(name)")
        return !rows.isEmpty
    }

    /// Gives the role a password, as a SCRAM verifier made here; a role that has this password already is left alone.
    ///
    /// - Returns: whether it was changed; nil when the password cannot be one, because it is not printable ASCII.
    package func setPassword(of role: String, to password: String) async throws(PostgresError) -> Bool? {
        if try await verifier(of: role)?.matches(password) ?? false { return false }
        let salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        guard let verifier = SCRAMVerifier(password: password, salt: salt) else { return nil }
        // A utility statement takes no binds. The verifier's alphabet (base64, $, :, -) has no quote and no backslash.
        let statement: PostgresQuery = "ALTER ROLE \(identifier: role) PASSWORD '\(unescaped: verifier.description)'"
        _ = try await connection.query(statement.unprepared)
        return true
    }

    /// `logical` where tenants can be moved.
    package func walLevel() async throws(PostgresError) -> String {
        try await connection.query("SELECT current_setting('wal_level')").single().decode(String.self, at: 0)
    }

    package func vitals() async throws(PostgresError) -> DatabaseVitals {
        let row = try await connection.query(
            """
            SELECT current_setting('server_version'), current_setting('max_connections')::int8,
                   (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                   extract(epoch FROM now() - pg_postmaster_start_time())::int8, pg_is_in_recovery()
            """
        ).single()
        let (version, limit, connections, uptime, isReplica) = try row.decode(
            (String.self, Int64.self, Int64.self, Int64.self, Bool.self)
        )
        return DatabaseVitals(
            version: version,
            connections: Int(connections),
            connectionLimit: Int(limit),
            uptime: .seconds(uptime),
            isReplica: isReplica
        )
    }

    // MARK: - Private

    /// The stored verifier; nil for none, and where only a superuser could read it.
    private func verifier(of role: String) async throws(PostgresError) -> SCRAMVerifier? {
        do throws(PostgresError) {
            let rows = try await connection.query("SELECT rolpassword FROM pg_authid WHERE rolname = \(role)")
            return try rows.first?.decode(String?.self, at: 0).flatMap { SCRAMVerifier($0) }
        } catch  where error.isServerError("42501") {
            return nil
        }
    }
}

/// The vital signs of a PostgreSQL server.
package struct DatabaseVitals: Sendable {
    /// As the server words it, such as `15.20 (Debian 15.20-1)`.
    package let version: String
    package let connections: Int
    package let connectionLimit: Int
    package let uptime: Duration
    /// Whether it replays another server's log, and so takes no writes.
    package let isReplica: Bool
}

extension PostgresQuery {
    /// The same, parsed each time: for what is said once.
    fileprivate var unprepared: PostgresQuery {
        var query = self
        query.isPrepared = false
        return query
    }
}
