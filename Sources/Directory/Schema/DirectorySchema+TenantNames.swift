package import Migrations

extension DirectorySchema {
    /// What tenants call themselves: their administrators rename them on their shard, and operators search by name here.
    package static let tenantNames = Migration(
        version: 7,
        name: "tenant-names",
        sql: #"""
            -- A backend may tell of a tenant's new name, and of nothing else.
            CREATE FUNCTION hub_note_tenant_name(tenant uuid, called text) RETURNS void
              LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
              AS $$
              UPDATE tenants SET name = called, updatedAt = now() WHERE id = tenant AND name <> called;
            $$;
            GRANT EXECUTE ON FUNCTION hub_note_tenant_name(uuid, text) TO hub_backend, hub_control;
            """#
    )
}
