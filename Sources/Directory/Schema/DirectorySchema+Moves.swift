package import Migrations

extension DirectorySchema {
    /// The journal of moves, what happened in each, and the chain of certificates.
    package static let moves = Migration(
        version: 9,
        name: "moves",
        sql: #"""
            -- A row is all that a mover needs to take a move over. It outlives its tenant, so it has no foreign key to it.
            CREATE TABLE moves (
              id UUID,
              tenantId UUID NOT NULL,
              subdomain VARCHAR(50) COLLATE "C" NOT NULL, -- when it was started
              source VARCHAR(40) COLLATE "C" NOT NULL,
              target VARCHAR(40) COLLATE "C" NOT NULL,
              state VARCHAR(20) NOT NULL DEFAULT 'planned',
              step VARCHAR(20),
              attempt BIGINT NOT NULL DEFAULT 0,
              generation INTEGER NOT NULL DEFAULT 1,
              serving VARCHAR(10) NOT NULL DEFAULT 'source',
              epoch BIGINT NOT NULL,
              wish VARCHAR(10),
              aborts INTEGER NOT NULL DEFAULT 0,
              problem VARCHAR(20),
              problemMessage TEXT,
              mark VARCHAR(20),
              -- What the tenant was before it was held, and is again afterwards.
              stateBeforeHold VARCHAR(20),
              -- Who works at it, and until when it is theirs.
              holder VARCHAR(40),
              leaseUntil TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
              options JSONB NOT NULL DEFAULT '{}',
              progress JSONB,
              startedBy UUID,
              startedByEmail VARCHAR(255),
              wishedBy UUID,
              wishedByEmail VARCHAR(255),
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_moves PRIMARY KEY (id),
              CONSTRAINT ck_moves_shards CHECK (source <> target),
              CONSTRAINT ck_moves_serving CHECK (serving IN ('source', 'target')),
              CONSTRAINT ck_moves_counts CHECK (attempt >= 0 AND generation > 0 AND epoch > 0 AND aborts >= 0)
            );
            CREATE UNIQUE INDEX idx_moves_tenantid ON moves (tenantId)
              WHERE state NOT IN ('completed', 'cancelled', 'reversed');
            CREATE INDEX idx_moves_tenantid_id ON moves (tenantId, id DESC);
            CREATE INDEX idx_moves_leaseuntil ON moves (leaseUntil)
              WHERE state NOT IN ('completed', 'cancelled', 'reversed');

            -- An attempt never falls, an epoch neither: a store that forgot to ask would still be refused.
            CREATE FUNCTION hub_refuse_move() RETURNS trigger
              LANGUAGE plpgsql
              AS $$
            BEGIN
              RAISE EXCEPTION 'move %: attempt % epoch % cannot follow attempt % epoch %', OLD.id, NEW.attempt, NEW.epoch,
                OLD.attempt, OLD.epoch USING ERRCODE = '23514', CONSTRAINT = 'ck_moves_rises', TABLE = 'moves';
            END $$;
            CREATE TRIGGER moves_rise BEFORE UPDATE ON moves FOR EACH ROW
              WHEN (NEW.attempt < OLD.attempt OR NEW.epoch < OLD.epoch) EXECUTE FUNCTION hub_refuse_move();

            -- What happened, a row for each change that somebody might want to read of.
            CREATE TABLE move_events (
              id BIGINT GENERATED ALWAYS AS IDENTITY,
              moveId UUID NOT NULL,
              attempt BIGINT NOT NULL,
              holder VARCHAR(40),
              state VARCHAR(20) NOT NULL,
              step VARCHAR(20),
              wish VARCHAR(10),
              epoch BIGINT NOT NULL,
              message TEXT,
              createdAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              CONSTRAINT pk_move_events PRIMARY KEY (id),
              CONSTRAINT fk_move_events_moveid FOREIGN KEY (moveId) REFERENCES moves (id)
            );
            CREATE INDEX idx_move_events_moveid ON move_events (moveId, id);

            CREATE FUNCTION hub_note_move() RETURNS trigger
              LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
              AS $$
            BEGIN
              INSERT INTO move_events (moveId, attempt, holder, state, step, wish, epoch, message)
              VALUES (NEW.id, NEW.attempt, NEW.holder, NEW.state, NEW.step, NEW.wish, NEW.epoch, NEW.problemMessage);
              RETURN NULL;
            END $$;
            CREATE TRIGGER note_begun AFTER INSERT ON moves FOR EACH ROW EXECUTE FUNCTION hub_note_move();
            CREATE TRIGGER note_changed AFTER UPDATE ON moves FOR EACH ROW
              WHEN ((NEW.attempt, NEW.state, NEW.step, NEW.wish, NEW.epoch, NEW.problemMessage)
                    IS DISTINCT FROM (OLD.attempt, OLD.state, OLD.step, OLD.wish, OLD.epoch, OLD.problemMessage))
              EXECUTE FUNCTION hub_note_move();

            -- Every switch that was committed, with what was compared within it.
            CREATE TABLE move_switches (
              moveId UUID,
              epoch BIGINT,                    -- the one it made
              direction VARCHAR(10) NOT NULL,
              mark VARCHAR(20) NOT NULL,
              tables JSONB NOT NULL,
              committedAt TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              pauseMicroseconds BIGINT,        -- from the freeze to the release; known after the release
              heldRequests BIGINT,
              lateRequests BIGINT,
              CONSTRAINT pk_move_switches PRIMARY KEY (moveId, epoch),
              CONSTRAINT fk_move_switches_moveid FOREIGN KEY (moveId) REFERENCES moves (id)
            );

            -- Certificates, each with the hash of the one before: rows are added, and never changed or removed.
            CREATE TABLE move_certificates (
              number BIGINT,
              moveId UUID NOT NULL,
              text TEXT NOT NULL,
              hash CHAR(64) NOT NULL,          -- SHA-256 of the text, in hexadecimal
              createdAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_move_certificates PRIMARY KEY (number),
              CONSTRAINT uq_move_certificates_moveid UNIQUE (moveId),
              CONSTRAINT fk_move_certificates_moveid FOREIGN KEY (moveId) REFERENCES moves (id)
            );

            GRANT SELECT, INSERT, UPDATE ON moves TO hub_control;
            GRANT SELECT ON move_events TO hub_control;
            GRANT SELECT, INSERT, UPDATE (pauseMicroseconds, heldRequests, lateRequests) ON move_switches TO hub_control;
            GRANT SELECT, INSERT (number, moveId, text, hash) ON move_certificates TO hub_control;
            """#
    )
}
