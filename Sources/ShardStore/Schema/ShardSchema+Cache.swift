package import Migrations

extension ShardSchema {
    /// Whether this shard's cache is used, and who cannot reach it; nothing of a tenant.
    ///
    /// The gate is one row, which nobody but the owner can add or remove. Its verbs are in ``CacheGateStore``.
    package static let cache = Migration(
        version: 9,
        name: "cache",
        sql: #"""
            CREATE TABLE cache_gate (
              isOnly BOOLEAN DEFAULT true,
              epoch BIGINT NOT NULL DEFAULT 0,
              mode VARCHAR(10) NOT NULL DEFAULT 'off',
              -- The Redis process, and a random number that marks its contents, for which the gate is open.
              serverRun VARCHAR(100),
              nonce BYTEA,
              openedAt TIMESTAMPTZ,
              closedAt TIMESTAMPTZ,
              -- How long after closedAt the gate stays shut: longer each time that an opening did not last.
              reopenAfter INTERVAL NOT NULL DEFAULT '1 second',
              -- An operator keeps it shut.
              isHeld BOOLEAN NOT NULL DEFAULT false,
              -- Why it was last closed.
              reason VARCHAR(300),
              CONSTRAINT pk_cache_gate PRIMARY KEY (isOnly),
              CONSTRAINT ck_cache_gate_isonly CHECK (isOnly),
              CONSTRAINT ck_cache_gate_epoch CHECK (epoch >= 0),
              CONSTRAINT ck_cache_gate_mode CHECK (mode IN ('on', 'closing', 'off')),
              CONSTRAINT ck_cache_gate_serverrun CHECK ((mode = 'on') = (serverRun IS NOT NULL)),
              CONSTRAINT ck_cache_gate_nonce CHECK ((mode = 'on') = (nonce IS NOT NULL) AND octet_length(nonce) = 16),
              CONSTRAINT ck_cache_gate_reopenafter CHECK (reopenAfter BETWEEN interval '0' AND interval '1 minute')
            );
            INSERT INTO cache_gate DEFAULT VALUES;

            -- Backends that cannot reach Redis, and when they last said so: while they do, nobody opens the gate.
            CREATE TABLE cache_objections (
              backend VARCHAR(100),
              at TIMESTAMPTZ NOT NULL,
              CONSTRAINT pk_cache_objections PRIMARY KEY (backend)
            );

            -- Besides, the gate has an advisory lock, (18435, 0): every writer holds it shared from before it reads the row
            -- until it ends, and whoever opens the gate takes it exclusively.
            GRANT SELECT, UPDATE (epoch, mode, serverRun, nonce, openedAt, closedAt, reopenAfter, isHeld, reason)
              ON cache_gate TO hub_app;
            GRANT SELECT, INSERT, DELETE, UPDATE (at) ON cache_objections TO hub_app;
            """#
    )
}
