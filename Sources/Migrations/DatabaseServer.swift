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
                   extract(epoch FROM now() - pg_postmaster_start_time())::int8, pg_is_in_recovery(),
                   EXISTS (SELECT FROM pg_stat_wal_receiver),
                   CASE WHEN pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()
                        THEN (1000 * extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))::int8 END
            """
        ).single()
        let (version, limit, connections, uptime, isReplica, isReceiving, delay) = try row.decode(
            (String.self, Int64.self, Int64.self, Int64.self, Bool.self, Bool.self, Int64?.self)
        )
        return DatabaseVitals(
            version: version,
            connections: Int(connections),
            connectionLimit: Int(limit),
            uptime: .seconds(uptime),
            replica: isReplica
                ? ReplicaVitals(isReceiving: isReceiving, delay: .milliseconds(max(0, delay ?? 0))) : nil
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
    /// What a replica tells of itself; nil for a primary.
    package let replica: ReplicaVitals?
}

/// The vital signs of a server that replays another's log, and so takes no writes.
package struct ReplicaVitals: Sendable {
    /// Whether it is connected to the other.
    package let isReceiving: Bool
    /// How old the last transaction that it replayed is; zero when it has replayed all it has received.
    package let delay: Duration
}

extension PostgresQuery {
    /// The same, parsed each time: for what is said once.
    fileprivate var unprepared: PostgresQuery {
        var query = self
        query.isPrepared = false
        return query
    }
}
