import Postgres

extension PostgresQuery {
    /// Class 18432 of the hub's advisory locks: migrations of this database. A turn may be long, so the wait may be too.
    static var waitForTurn: PostgresQuery {
        var query: PostgresQuery = "SELECT pg_advisory_lock(18432, 0)"
        query.timeout = .seconds(600)
        return query
    }

    static let endTurn: PostgresQuery = "SELECT pg_advisory_unlock(18432, 0)"

    static let migrationsTableExists: PostgresQuery =
        "SELECT current_database()::text, to_regclass('public.schema_migrations') IS NOT NULL"

    static let appliedMigrations: PostgresQuery =
        "SELECT version::bigint, name, checksum FROM schema_migrations ORDER BY version"
}

extension String {
    /// Every process reads this table as its own role, before it does anything else.
    static let migrationsTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          version INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          checksum TEXT NOT NULL,
          appliedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
        );
        GRANT SELECT ON schema_migrations TO PUBLIC;
        """
}
