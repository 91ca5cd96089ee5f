package import Migrations

extension ShardSchema {
    /// What a replica tells the backends of itself, and how a failover is noticed by the cache.
    package static let replicas = Migration(
        version: 15,
        name: "replicas",
        sql: #"""
            -- How far a replica has replayed, and of which timeline; no row from a server that is none, or that receives
            -- nothing. The receiver's row is otherwise for administrators alone; where the owner is none of them, no replica
            -- is read from.
            CREATE FUNCTION hub_replica_position(OUT timeline integer, OUT replayed pg_lsn) RETURNS SETOF record
              LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
              AS $$
                SELECT received_tli, pg_last_wal_replay_lsn() FROM pg_stat_wal_receiver
                WHERE pg_is_in_recovery() AND received_tli IS NOT NULL
              $$;
            REVOKE ALL ON FUNCTION hub_replica_position() FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION hub_replica_position() TO hub_app;

            -- The timeline of the primary that opened the cache. Another one may lack what the last one had committed, and
            -- what was cached of that.
            ALTER TABLE cache_gate ADD timeline INTEGER;
            GRANT UPDATE (timeline) ON cache_gate TO hub_app;
            """#
    )
}
