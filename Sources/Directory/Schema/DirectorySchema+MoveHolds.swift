package import Migrations

extension DirectorySchema {
    /// What each router held for each switch.
    package static let moveHolds = Migration(
        version: 10,
        name: "move holds",
        sql: #"""
            CREATE TABLE move_holds (
              moveId UUID,
              epoch BIGINT,                    -- the one that the switch made
              router VARCHAR(40) COLLATE "C",
              -- NULL in all of them: the router was out of reach, was started since, or has forgotten.
              held BIGINT,
              late BIGINT,
              longestMicroseconds BIGINT,
              notedAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              CONSTRAINT pk_move_holds PRIMARY KEY (moveId, epoch, router),
              CONSTRAINT fk_move_holds_switch FOREIGN KEY (moveId, epoch) REFERENCES move_switches (moveId, epoch),
              CONSTRAINT ck_move_holds_known CHECK (num_nulls(held, late, longestMicroseconds) IN (0, 3))
            );
            ALTER TABLE move_switches DROP COLUMN heldRequests, DROP COLUMN lateRequests;

            GRANT SELECT, INSERT, UPDATE ON move_holds TO hub_control;
            """#
    )
}
