package import Migrations

extension DirectorySchema {
    /// Where each tenant's audit chain is, and how far it was seen to be.
    package static let auditChains = Migration(
        version: 12,
        name: "audit chains",
        sql: #"""
            -- The region whose audit store a tenant's chain is sealed in. It follows the tenant from region to region; the
            -- attempt rises with each transfer, so that who was only paused cannot finish one that others have begun anew.
            -- It outlives its tenant until the stores have forgotten that.
            CREATE TABLE audit_chains (
              tenantId UUID,
              region VARCHAR(40) COLLATE "C" NOT NULL,
              attempt BIGINT NOT NULL DEFAULT 0,
              CONSTRAINT pk_audit_chains PRIMARY KEY (tenantId)
            );

            -- Heads of chains: what is sealed up to there cannot be changed in a store without being found out. The last of
            -- each day (UTC) stays.
            CREATE TABLE audit_witnesses (
              tenantId UUID,
              number BIGINT,
              entries BIGINT NOT NULL,
              hash BYTEA NOT NULL,
              region VARCHAR(40) COLLATE "C" NOT NULL,
              witnessedAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              CONSTRAINT pk_audit_witnesses PRIMARY KEY (tenantId, number)
            );

            GRANT SELECT, INSERT, DELETE, UPDATE (region, attempt) ON audit_chains TO hub_control;
            GRANT SELECT, INSERT, DELETE ON audit_witnesses TO hub_control;
            -- Backends hand out proofs.
            GRANT SELECT ON audit_witnesses TO hub_backend;
            """#
    )
}
