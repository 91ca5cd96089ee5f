package import Postgres

/// Brings databases to a schema's version, and tells whether they are there.
package struct Migrator: Sendable {
    package let schema: Schema

    package init(schema: Schema) {
        self.schema = schema
    }

    /// Applies what is missing, each migration in a transaction of its own, and returns what was applied.
    ///
    /// Any number of programs may do this at once: they take turns by an advisory lock. The connections of `pool` must log
    /// in as the owner of the database.
    ///
    /// - Parameter progress: called before each migration.
    package func apply(
        _ pool: PostgresPool,
        progress: @Sendable (Migration) -> Void = { _ in }
    ) async throws(MigrationError) -> [Migration] {
        try await answering {
            try await pool.withConnection { connection in
                // Held by the session, so that it outlives each migration's transaction and dies with the connection.
                _ = try await connection.query(.waitForTurn)
                do {
                    let applied = try await applyPending(connection, progress: progress)
                    _ = try await connection.query(.endTurn)
                    return applied
                } catch {
                    _ = try? await connection.query(.endTurn)
                    throw error
                }
            }
        }
    }

    /// Throws unless the database is at exactly this schema's version, made by exactly its migrations.
    ///
    /// Every process does this at its start, as its own role; the error names the command that helps.
    package func check(_ pool: PostgresPool) async throws(MigrationError) {
        try await history(pool).requireCurrent(schema)
    }

    /// The same on a connection, for those that have no pool.
    package func check(_ connection: PostgresConnection) async throws(MigrationError) {
        try await answering { try await history(on: connection) }.requireCurrent(schema)
    }

    /// What was applied to the database so far; empty when nothing was.
    package func history(_ pool: PostgresPool) async throws(MigrationError) -> MigrationHistory {
        try await answering {
            try await pool.withConnection { try await history(on: $0) }
        }
    }

    // MARK: - Private

    private func applyPending(
        _ connection: PostgresConnection,
        progress: @Sendable (Migration) -> Void
    ) async throws -> [Migration] {
        try await connection.script(.migrationsTable)
        let pending = try await history(on: connection).pending(of: schema)
        for migration in pending {
            progress(migration)
            do {
                try await apply(migration, on: connection)
            } catch let error as PostgresError where error.code == .server {
                throw MigrationError(
                    .failed,
                    "migration \(migration.version) \"\(migration.name)\" of the \(schema.name) schema failed and was "
                        + "rolled back: \(error.message)",
                    underlying: error
                )
            }
        }
        return Array(pending)
    }

    private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        try await connection.withTransaction { transaction in
            try await transaction.script(migration.sql)
            _ = try await transaction.query(
                """
                INSERT INTO schema_migrations (version, name, checksum)
                VALUES (\(migration.version), \(migration.name), \(migration.checksum))
                """
            )
        }
    }

    private func history(on connection: PostgresConnection) async throws(PostgresError) -> MigrationHistory {
        let (database, exists) = try await connection.query(.migrationsTableExists).single()
            .decode((String.self, Bool.self))
        guard exists else { return MigrationHistory(database: database, applied: []) }
        let rows = try await connection.query(.appliedMigrations)
        return MigrationHistory(
            database: database,
            applied: try rows.decode((Int.self, String.self, String.self)).map { version, name, checksum in
                AppliedMigration(version: version, name: name, checksum: checksum)
            }
        )
    }

    /// Runs `body` with the driver's errors told as a ``MigrationError``.
    private func answering<Answer>(_ body: () async throws -> Answer) async throws(MigrationError) -> Answer {
        do {
            return try await body()
        } catch let error as MigrationError {
            throw error
        } catch let error as PostgresError {
            throw MigrationError(
                error.code == .server ? .failed : .unreachable,
                "cannot read the \(schema.name) schema of \(error.server ?? "the database"): \(error.message)",
                underlying: error
            )
        } catch {
            throw MigrationError(.failed, "migrating the \(schema.name) schema failed: \(error)")
        }
    }
}
