import AppFixtures
import Foundation
import HubColumns
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Observability
import Postgres
import Testing

extension MoveSystemTests {
    /// What must not be moved, or not yet, is not, and the refusal says why.
    @Suite("Refusals")
    struct Refusals {
        @Test("A schema that differs at the target is refused in the plan, which names the table")
        func schema() async throws {
            try await MoveTrial.run("schema", people: .few) { trial in
                func change(_ sql: PostgresQuery) async throws {
                    _ = try await trial.deployment.withShard("eu-1") { try await $0.query(sql) }
                }
                try await change("ALTER TABLE tasks ADD COLUMN planted INTEGER")
                let dry = try await trial.admin.ask(trial.tenant, to: "eu-1", dryRun: true)
                let real = try await trial.admin.ask(trial.tenant, to: "eu-1")
                try await change("ALTER TABLE tasks DROP COLUMN planted")
                let refusals = try dry.decode(CreateMoveAnswer.self).plan?.refusals ?? []
                #expect(refusals.contains { $0.contains("tasks") }, "\(dry.text)")
                #expect(real.status == 409 && real.text.contains("tasks"), "\(real.status) \(real.text)")
                #expect(try await trial.admin.moves(of: trial.tenant).isEmpty)
                let clean = try await trial.admin.ask(trial.tenant, to: "eu-1", dryRun: true)
                #expect(try clean.decode(CreateMoveAnswer.self).plan?.refusals == [])
            }
        }

        @Test("A row that somebody planted at the target has the switch refused, and is named")
        func planted() async throws {
            try await MoveTrial.run("planted row", people: .few) { trial in
                let move = try await trial.admin.begin(trial.tenant, to: "eu-1")
                try await trial.admin.wait(move, for: "verified")
                let planted = TaskID.make(at: .now())
                let rows = try await trial.deployment.withShard("eu-1") { pool in
                    try await pool.query(
                        """
                        INSERT INTO tasks (tenantId, id, projectId, title)
                        SELECT tenantId, \(planted), id, 'planted' FROM projects WHERE tenantId = \(trial.tenant.id)
                        ORDER BY id LIMIT 1
                        """
                    ).affectedRows
                }
                try #require(rows == 1)
                try await trial.admin.wish("switch", of: move)
                let refused = try await trial.admin.wait(move, for: "verified")
                let reason = refused.reason ?? ""
                #expect(reason.contains("tasks") && reason.contains(planted.description), "\(reason)")
                #expect(refused.servedBy.rawValue == "us-1")
                try await trial.settle()
                let cancel = try await trial.deployment.hubctl("move", "cancel", move.description, "--yes")
                #expect(cancel.status == 0, "\(cancel.errors)")
            }
        }

        @Test("A write that outlasts the pause has the switch undone, which is said, and people go on working")
        func overdue() async throws {
            try await MoveTrial.run("overdue", people: .few) { trial in
                let move = try await trial.admin.begin(trial.tenant, to: "eu-1", budget: 50)
                try await trial.admin.wait(move, for: "verified")
                try await trial.deployment.withShard("us-1") { pool in
                    try await pool.withTransaction { transaction in
                        _ = try await transaction.query(
                            "SELECT pg_advisory_xact_lock_shared(18433, hub_tenant_lock_key(\(trial.tenant.id)))"
                        )
                        try await trial.admin.wish("switch", of: move)
                        let undone = try await trial.admin.wait(move, for: "verified")
                        #expect(undone.reason != nil && undone.servedBy.rawValue == "us-1", "\(undone)")
                        print("overdue: \(undone.reason ?? "-")")
                        try await trial.settle()
                    }
                }
                try await trial.settle()
                let cancel = try await trial.deployment.hubctl("move", "cancel", move.description, "--yes")
                #expect(cancel.status == 0, "\(cancel.errors)")
            }
        }
    }
}
