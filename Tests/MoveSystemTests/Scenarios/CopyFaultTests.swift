import AppFixtures
import FoundationEssentials
import HubColumns
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Postgres
import Testing

extension MoveSystemTests {
    /// kill -9 while rows go from one server to the other.
    @Suite("The copy")
    struct CopyFaults {
        @Test("The mover, the source and the target die in the middle of a COPY, and the copy is made again")
        func dies() async throws {
            let allowance = MoveTrial.Allowance(
                statuses: ["503"],
                neighbourStatuses: ["503"],
                slowest: .seconds(15)
            )
            try await MoveTrial.run("copy dies", people: .few, allowing: allowance) { trial in
                let deployment = trial.deployment
                try await deployment.addBulk(to: trial.tenant, rows: 4000, on: "us-1")
                try await deployment.slowDown("eu-1")
                let move: MoveID
                do {
                    move = try await dieWhileCopying(trial)
                } catch {
                    try? await deployment.speedUp("eu-1")
                    throw error
                }
                try await deployment.speedUp("eu-1")
                try await trial.wait(move, for: "verified", asking: "resume")
                try await trial.settle()
                try await trial.admin.wish("switch", of: move)
                try await trial.wait(move, for: "switched", asking: "switch")
                try await trial.admin.wish("complete", of: move)
                try await trial.wait(move, for: "completed", asking: "complete")
            }
        }

        /// Begins a move whose parts die one after the other, each in the middle of a COPY.
        private func dieWhileCopying(_ trial: MoveTrial) async throws -> MoveID {
            let deployment = trial.deployment
            let move = try await trial.admin.begin(trial.tenant, to: "eu-1")
            var generation = 0
            let start = ContinuousClock.now
            for victim in ["mover", "postgres-us-1", "postgres-eu-1"] {
                let view = try await trial.copying(move, after: generation, before: victim)
                generation = view.generation
                print("copy dies: \(victim) in copy \(generation) after \(ContinuousClock.now - start)")
                try deployment.kill9(victim == "mover" ? try #require(view.holder) : victim)
                try await waitFor("the copy to be given up after \(victim) died", within: .seconds(45)) {
                    await (trial.admin.view(move)?.generation ?? 0) > generation
                }
            }
            return move
        }

        @Test("A stream that stops while its move rests goes on by itself when what stopped it is gone")
        func revived() async throws {
            try await MoveTrial.run("stream stopped", people: .few) { trial in
                let deployment = trial.deployment
                let move = try await trial.admin.begin(trial.tenant, to: "eu-1")
                let resting = try await trial.admin.wait(move, for: "verified")
                try await deployment.change(
                    "eu-1",
                    "ALTER TABLE tasks ADD CONSTRAINT planted CHECK (title = '') NOT VALID"
                )
                do {
                    try await waitFor("the stream to stop", within: .seconds(30)) {
                        try await !deployment.isStreaming(move, to: "eu-1")
                    }
                } catch {
                    try? await deployment.change("eu-1", "ALTER TABLE tasks DROP CONSTRAINT planted")
                    throw error
                }
                try await deployment.change("eu-1", "ALTER TABLE tasks DROP CONSTRAINT planted")
                try await waitFor("the stream to go on", within: .seconds(30)) {
                    try await deployment.isStreaming(move, to: "eu-1")
                }
                let after = try #require(await trial.admin.view(move))
                #expect(after.state == "verified" && after.attempt == resting.attempt, "\(after)")
                try await trial.admin.wish("switch", of: move)
                try await trial.wait(move, for: "switched", asking: "switch")
                try await trial.admin.wish("complete", of: move)
                try await trial.admin.wait(move, for: "completed")
            }
        }
    }
}

extension MoveTrial {
    /// The move, in the middle of the COPY of a newer copy than the one of that generation, whose COPY may still be dying.
    fileprivate func copying(_ move: MoveID, after generation: Int, before victim: String) async throws -> MoveView {
        var found: MoveView?
        try await waitFor("a COPY to be under way before \(victim) dies", within: .seconds(45)) {
            found = await admin.view(move)
            let isCopying = try await deployment.isCopying(to: "eu-1")
            guard isCopying, let found, found.holder != nil, found.step == "copy" else { return false }
            return found.generation > generation
        }
        return try #require(found)
    }
}

extension Deployment {
    /// Has each row that is copied to a shard take a while, so that a COPY can be met in its middle.
    fileprivate func slowDown(_ shard: String) async throws {
        try await change(
            shard,
            "CREATE FUNCTION test_dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END'",
            "CREATE TRIGGER test_dawdle BEFORE INSERT ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION test_dawdle()",
            "ALTER TABLE idempotency_keys ENABLE ALWAYS TRIGGER test_dawdle"
        )
    }

    /// Ends what ``slowDown(_:)`` began, also for the COPY that is under way, as soon as the shard is there.
    fileprivate func speedUp(_ shard: String) async throws {
        try await waitFor("the shard to be quick again", within: .seconds(30)) {
            do {
                try await change(
                    shard,
                    "CREATE OR REPLACE FUNCTION test_dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                    "DROP FUNCTION test_dawdle() CASCADE"
                )
                return true
            } catch is PostgresError {
                return false
            }
        }
    }

    fileprivate func isCopying(to shard: String) async throws -> Bool {
        let rows = try? await withShard(shard) { pool in
            try await pool.query(
                """
                SELECT FROM pg_stat_progress_copy WHERE command = 'COPY FROM' AND tuples_processed > 50
                  AND relid = 'idempotency_keys'::regclass
                """
            ).count
        }
        return (rows ?? 0) > 0
    }

    fileprivate func isStreaming(_ move: MoveID, to shard: String) async throws -> Bool {
        let names = "hub\\_move\\_\(move.description.filter { $0 != "-" })\\_%"
        return try await withShard(shard) { pool in
            try await pool.query(
                """
                SELECT FROM pg_subscription JOIN pg_stat_subscription ON subid = oid
                WHERE subenabled AND pid IS NOT NULL AND pg_subscription.subname LIKE \(names)
                """
            ).count > 0
        }
    }

    fileprivate func change(_ shard: String, _ statements: String...) async throws {
        for sql in statements {
            _ = try await withShard(shard) { try await $0.query(PostgresQuery(unsafeSQL: sql).unprepared) }
        }
    }
}
