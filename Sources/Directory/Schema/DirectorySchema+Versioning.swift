package import Migrations

extension DirectorySchema {
    /// One version for the whole directory, which every change raises: the order in which routers learn of changes.
    ///
    /// It is enforced by triggers, so that no statement can forget it, whoever runs it.
    package static let versioning = Migration(
        version: 3,
        name: "versioning",
        sql: #"""
            CREATE TABLE directory_version (
              version BIGINT NOT NULL,
              topologyVersion BIGINT NOT NULL, -- the version that last changed regions, shards or backends
              changedBy xid8 NOT NULL,         -- the transaction that made this version
              onlyRow BOOLEAN DEFAULT true CHECK (onlyRow),
              CONSTRAINT pk_directory_version PRIMARY KEY (onlyRow)
            );
            INSERT INTO directory_version VALUES (0, 0, '0');

            -- Before each statement that changes the directory. The first of a transaction waits for the lock of all
            -- directory changes (class 18449) and makes the next version; the lock is held until the commit is visible,
            -- so whoever sees a version sees everything before it. One NOTIFY a transaction, a hint for the feeds.
            CREATE FUNCTION hub_directory_changes() RETURNS trigger
              LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
              AS $$
            DECLARE
              current bigint;
            BEGIN
              PERFORM pg_advisory_xact_lock(18449, 0);
              UPDATE directory_version SET version = version + 1, changedBy = pg_current_xact_id()
                WHERE changedBy <> pg_current_xact_id() RETURNING version INTO current;
              IF FOUND THEN
                PERFORM pg_notify('hub_directory', current::text);
              ELSE
                SELECT version INTO current FROM directory_version;
              END IF;
              PERFORM set_config('hub.directory_version', current::text, true);
              IF TG_TABLE_NAME IN ('regions', 'shards', 'backends') THEN
                UPDATE directory_version SET topologyVersion = current WHERE topologyVersion <> current;
              END IF;
              RETURN NULL;
            END $$;

            CREATE TRIGGER directory_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON regions
              FOR EACH STATEMENT EXECUTE FUNCTION hub_directory_changes();
            CREATE TRIGGER directory_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON shards
              FOR EACH STATEMENT EXECUTE FUNCTION hub_directory_changes();
            CREATE TRIGGER directory_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON backends
              FOR EACH STATEMENT EXECUTE FUNCTION hub_directory_changes();
            CREATE TRIGGER directory_changes BEFORE INSERT OR UPDATE OR DELETE ON tenants
              FOR EACH STATEMENT EXECUTE FUNCTION hub_directory_changes();
            CREATE TRIGGER directory_changes BEFORE INSERT OR UPDATE OR DELETE ON reserved_subdomains
              FOR EACH STATEMENT EXECUTE FUNCTION hub_directory_changes();

            -- Each row carries the version that last changed it. The statement's trigger above has just set the value.
            CREATE FUNCTION hub_stamp_version() RETURNS trigger
              LANGUAGE plpgsql
              AS $$
            BEGIN
              NEW.version := current_setting('hub.directory_version')::bigint;
              RETURN NEW;
            END $$;
            CREATE TRIGGER stamp_version BEFORE INSERT OR UPDATE ON tenants
              FOR EACH ROW EXECUTE FUNCTION hub_stamp_version();
            CREATE TRIGGER stamp_version BEFORE INSERT OR UPDATE ON reserved_subdomains
              FOR EACH ROW EXECUTE FUNCTION hub_stamp_version();

            -- A tenant's epoch never falls, and rises whenever it changes shards: the fence of every shard relies on it.
            CREATE FUNCTION hub_refuse_epoch() RETURNS trigger
              LANGUAGE plpgsql
              AS $$
            BEGIN
              RAISE EXCEPTION 'tenant %: epoch % cannot follow epoch %', OLD.id, NEW.epoch, OLD.epoch
                USING ERRCODE = '23514', CONSTRAINT = 'ck_tenants_epoch_rises', TABLE = 'tenants';
            END $$;
            CREATE TRIGGER epoch_rises BEFORE UPDATE ON tenants FOR EACH ROW
              WHEN (NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND NEW.shard <> OLD.shard))
              EXECUTE FUNCTION hub_refuse_epoch();

            -- Adds the changes of one statement on tenants to its shards' counts.
            CREATE FUNCTION hub_count_tenants() RETURNS trigger
              LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
              AS $$
            BEGIN
              IF TG_OP <> 'DELETE' THEN
                INSERT INTO shard_loads AS known (shard, tenants)
                  SELECT shard, count(*) FROM arrived GROUP BY shard
                  ON CONFLICT (shard) DO UPDATE SET tenants = known.tenants + EXCLUDED.tenants;
              END IF;
              IF TG_OP <> 'INSERT' THEN
                UPDATE shard_loads AS known SET tenants = known.tenants - gone.tenants
                  FROM (SELECT shard, count(*) AS tenants FROM departed GROUP BY shard) AS gone
                  WHERE known.shard = gone.shard;
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER count_inserted AFTER INSERT ON tenants REFERENCING NEW TABLE AS arrived
              FOR EACH STATEMENT EXECUTE FUNCTION hub_count_tenants();
            CREATE TRIGGER count_updated AFTER UPDATE ON tenants
              REFERENCING NEW TABLE AS arrived OLD TABLE AS departed
              FOR EACH STATEMENT EXECUTE FUNCTION hub_count_tenants();
            CREATE TRIGGER count_deleted AFTER DELETE ON tenants REFERENCING OLD TABLE AS departed
              FOR EACH STATEMENT EXECUTE FUNCTION hub_count_tenants();

            -- A name that a tenant gives up is reserved in the same transaction; this is also how a feed learns of it.
            CREATE FUNCTION hub_reserve_subdomain() RETURNS trigger
              LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
              AS $$
            BEGIN
              IF TG_OP = 'UPDATE' THEN
                INSERT INTO reserved_subdomains (subdomain, tenantId) VALUES (OLD.subdomain, OLD.id);
                DELETE FROM reserved_subdomains WHERE subdomain = NEW.subdomain AND tenantId = NEW.id;
              ELSE
                INSERT INTO reserved_subdomains (subdomain) VALUES (OLD.subdomain);
                UPDATE reserved_subdomains SET tenantId = NULL WHERE tenantId = OLD.id;
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER reserve_renamed AFTER UPDATE OF subdomain ON tenants FOR EACH ROW
              WHEN (NEW.subdomain <> OLD.subdomain) EXECUTE FUNCTION hub_reserve_subdomain();
            CREATE TRIGGER reserve_deleted AFTER DELETE ON tenants
              FOR EACH ROW EXECUTE FUNCTION hub_reserve_subdomain();

            -- No tenant takes a reserved name. A set check after the statement, so that a million rows cost one join.
            CREATE FUNCTION hub_refuse_reserved() RETURNS trigger
              LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
              AS $$
            DECLARE
              taken text;
            BEGIN
              SELECT subdomain INTO taken FROM arrived JOIN reserved_subdomains AS reserved USING (subdomain)
                WHERE reserved.tenantId IS DISTINCT FROM arrived.id LIMIT 1;
              IF FOUND THEN
                RAISE EXCEPTION 'subdomain % is reserved', taken
                  USING ERRCODE = '23505', CONSTRAINT = 'pk_reserved_subdomains', TABLE = 'reserved_subdomains';
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER refuse_reserved_inserted AFTER INSERT ON tenants REFERENCING NEW TABLE AS arrived
              FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse_reserved();
            CREATE TRIGGER refuse_reserved_updated AFTER UPDATE ON tenants REFERENCING NEW TABLE AS arrived
              FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse_reserved();
            """#
    )
}
