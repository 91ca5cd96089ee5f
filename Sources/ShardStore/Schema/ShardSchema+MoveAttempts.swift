package import Migrations

extension ShardSchema {
    /// Which attempt of each move a shard has seen last: known for as long as a mover of an older one might come back, and
    /// so for longer than the tenant's ownership row, which goes when a move ends.
    package static let moveAttempts = Migration(
        version: 11,
        name: "move attempts",
        sql: #"""
            -- hasEnded: the move has given the tenant up here, and can never hold it again.
            CREATE TABLE move_attempts (
              moveId UUID,
              attempt BIGINT NOT NULL,
              hasEnded BOOLEAN NOT NULL DEFAULT false,
              updatedAt TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
              CONSTRAINT pk_move_attempts PRIMARY KEY (moveId),
              CONSTRAINT ck_move_attempts_attempt CHECK (attempt > 0)
            );
            INSERT INTO move_attempts (moveId, attempt)
              SELECT moveId, max(attempt) FROM tenant_ownership WHERE attempt IS NOT NULL GROUP BY moveId;

            -- Notes the attempt, for good; fails when a younger one was noted (HU410), or when the move is to take the tenant
            -- and has ended here (HU409).
            CREATE FUNCTION hub_raise_attempt(move uuid, mover bigint, takes boolean) RETURNS void
              LANGUAGE plpgsql
              AS $$
            DECLARE
              ended boolean;
            BEGIN
              INSERT INTO public.move_attempts AS a (moveId, attempt) VALUES (move, mover)
                ON CONFLICT (moveId) DO UPDATE SET attempt = excluded.attempt, updatedAt = now()
                WHERE a.attempt <= excluded.attempt
                RETURNING hasEnded INTO ended;
              IF NOT FOUND THEN
                RAISE EXCEPTION 'attempt % of move % was followed by another', mover, move USING ERRCODE = 'HU410';
              ELSIF takes AND ended THEN
                RAISE EXCEPTION 'move % has ended here', move USING ERRCODE = 'HU409';
              END IF;
            END $$;

            -- Fails when a younger attempt of the move was noted (HU410), whether it holds a tenant here or not. None is noted
            -- until the caller's transaction has ended.
            CREATE FUNCTION hub_require_attempt(move uuid, mover bigint) RETURNS void
              LANGUAGE plpgsql
              AS $$
            DECLARE
              known bigint;
            BEGIN
              SELECT attempt INTO known FROM public.move_attempts WHERE moveId = move FOR SHARE;
              IF known > mover THEN
                RAISE EXCEPTION 'attempt % of move % was followed by attempt %', mover, move, known
                  USING ERRCODE = 'HU410';
              END IF;
            END $$;

            -- As it was, but that the attempt is judged first, and by what outlives the ownership row.
            CREATE OR REPLACE FUNCTION hub_require_move(tenant uuid, move uuid, mover bigint) RETURNS void
              LANGUAGE plpgsql
              AS $$
            DECLARE
              held record;
            BEGIN
              PERFORM public.hub_require_attempt(move, mover);
              SELECT moveId, attempt INTO held FROM public.tenant_ownership WHERE tenantId = tenant FOR SHARE;
              IF held.attempt IS NULL OR held.moveId <> move THEN
                RAISE EXCEPTION 'move % does not hold tenant % here', move, tenant USING ERRCODE = 'HU409';
              ELSIF held.attempt > mover THEN
                RAISE EXCEPTION 'attempt % of move % was followed by attempt %', mover, move, held.attempt
                  USING ERRCODE = 'HU410';
              END IF;
            END $$;
            """#
    )
}
