package import Migrations

extension ShardSchema {
    /// The application's login role, and a database in which nobody else may do anything.
    ///
    /// Roles belong to a cluster and a cluster may hold several shards, so the role may exist already. Its password is set
    /// by `hubctl migrate` from the secrets; until then it cannot log in with one.
    package static let roles = Migration(
        version: 1,
        name: "roles",
        sql: #"""
            DO $$
            BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_app') THEN
                CREATE ROLE hub_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
              END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
              NULL; -- another shard of this cluster is being migrated at the same moment
            END $$;

            DO $$
            BEGIN
              IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_app' AND (rolsuper OR rolbypassrls)) THEN
                RAISE EXCEPTION 'role hub_app must be neither superuser nor BYPASSRLS';
              END IF;
              EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
              EXECUTE format('GRANT CONNECT ON DATABASE %I TO hub_app', current_database());
            END $$;

            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO hub_app;
            ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
            """#
    )
}
