package import Migrations

extension DirectorySchema {
    /// Which primaries of shards were replaced.
    package static let shardTimelines = Migration(
        version: 11,
        name: "shard timelines",
        sql: #"""
            -- The timeline that the last failover of a shard began: a server of an older one was replaced, and must not be
            -- written to when it comes back. Written by an operator, before the promotion.
            CREATE TABLE shard_timelines (
              shard VARCHAR(40) COLLATE "C",
              timeline BIGINT NOT NULL,
              changedAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              CONSTRAINT pk_shard_timelines PRIMARY KEY (shard),
              CONSTRAINT ck_shard_timelines_timeline CHECK (timeline BETWEEN 1 AND 4294967295)
            );
            GRANT SELECT ON shard_timelines TO hub_backend, hub_control;
            """#
    )
}
