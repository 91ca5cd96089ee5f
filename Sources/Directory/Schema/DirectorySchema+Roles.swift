package import Migrations

extension DirectorySchema {
    /// The login roles of the three kinds of process that read the directory; only hub_control may write.
    ///
    /// Their passwords are set by `hubctl migrate` from the secrets; until then none can log in with one.
    package static let roles = Migration(
        version: 1,
        name: "roles",
        sql: #"""
            DO $$
            DECLARE
              wanted text;
            BEGIN
              FOREACH wanted IN ARRAY ARRAY['hub_router', 'hub_control', 'hub_backend'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                  BEGIN
                    EXECUTE format(
                      'CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION', wanted);
                  EXCEPTION WHEN duplicate_object OR unique_violation THEN
                    NULL; -- another database of this cluster is being migrated at the same moment
                  END;
                END IF;
                IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolbypassrls)) THEN
                  RAISE EXCEPTION 'role % must be neither superuser nor BYPASSRLS', wanted;
                END IF;
              END LOOP;
              EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
              EXECUTE format('GRANT CONNECT ON DATABASE %I TO hub_router, hub_control, hub_backend', current_database());
            END $$;

            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO hub_router, hub_control, hub_backend;
            ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
            """#
    )
}
