import Foundation
import Glibc
import HubTesting
import Testing
import Topology

@testable import OperatorApp

extension AgainstPostgres {
    @Suite("Bringing a tenant back in its place")
    struct TenantRewinds {
        @Test(
            "A tenant comes back to a moment and its neighbour is not touched, killed in the middle or not; it can be undone"
        )
        func whole() async throws {
            try await ArchivedServer.with { server in
                for arguments in [["init"], ["create"]] {
                    let made = await server.deployment.hubctl(["backup"] + arguments)
                    try #require(made.status == .success, "\(made.diagnostics)")
                }
                var trial = try await RewindTrial(server)
                let then = try await trial.contents(of: trial.tenant)
                let moment = try await server.now()
                try await trial.change()
                let changed = try await trial.contents(of: trial.tenant)
                let neighbour = try await trial.everything(of: trial.neighbour)

                try await asks(trial, moment, changed)
                try await killedBeforeExchange(trial, moment, changed)
                try await killedAfterExchange(trial, moment)
                #expect(try await trial.contents(of: trial.tenant) == then)
                try await isWhole(trial)
                let again = await trial.restore(to: moment)
                #expect(again.status == .success && again.output.contains("nothing was done"), "\(again)")

                try await undone(trial, then, changed)
                #expect(try await trial.everything(of: trial.neighbour) == neighbour)
                try await refuses(trial, moment)
                #expect(try await trial.stages() == "0")
            }
        }

        // MARK: - Private

        /// Nobody has said yes: what would be undone is told, and nothing is done.
        private func asks(_ trial: RewindTrial, _ moment: String, _ changed: String) async throws {
            // As one leaves it that was killed while it copied.
            try await trial.leaveStage()
            let asked = await trial.server.deployment.hubctl("tenants", "restore", trial.tenant, "--to", moment)
            #expect(asked.status == .refused)
            #expect(asked.diagnostics.contains("of projects: 0 changed, 0 added, 1 deleted"), "\(asked.diagnostics)")
            #expect(asked.diagnostics.contains("of users: 2 changed, 1 added, 0 deleted"), "\(asked.diagnostics)")
            #expect(try await trial.contents(of: trial.tenant) == changed)
            #expect(try trial.placement() == "active|1")
            #expect(try await trial.stages() == "0")
        }

        /// Killed while the tenant is held: it is as it was, and one command lets it be served again.
        private func killedBeforeExchange(_ trial: RewindTrial, _ moment: String, _ changed: String) async throws {
            try await trial.whileWriterIsStuck {
                let child = try trial.start(to: moment)
                try await waitFor("the tenant to be held") { try trial.placement() == "held|1" }
                try await waitFor("the tenant to be taken") { try await trial.isTaken() }
                let other = await trial.server.deployment.hubctl(
                    "tenants",
                    "restore",
                    trial.tenant,
                    "--to",
                    moment,
                    "--yes"
                )
                #expect(other.status == .refused && other.diagnostics.contains("another hubctl"), "\(other)")
                kill(child, SIGKILL)
                ChildProcess.wait(for: child)
            }
            let status = await trial.server.deployment.hubctl("status")
            #expect(status.output.contains("hubctl tenants restore \(trial.subdomain) --settle"), "\(status.output)")
            let settled = await trial.server.deployment.hubctl("tenants", "restore", trial.tenant, "--settle")
            #expect(settled.status == .success, "\(settled.diagnostics)")
            #expect(settled.output.contains("as it was before the restore"), "\(settled.output)")
            #expect(try await trial.contents(of: trial.tenant) == changed)
            #expect(try trial.placement() == "active|2")
            #expect(try await trial.ownership() == "active|2|t")
            let twice = await trial.server.deployment.hubctl("tenants", "restore", trial.tenant, "--settle")
            #expect(twice.status == .refused, "\(twice)")
        }

        /// Killed between the shard's commit and the directory's: the next run finishes it.
        private func killedAfterExchange(_ trial: RewindTrial, _ moment: String) async throws {
            var child: pid_t = 0
            let directory = try await trial.whileWriterIsStuck {
                child = try trial.start(to: moment)
                try await waitFor("the tenant to be held") { try trial.placement() == "held|2" }
                try await waitFor("the tenant to be taken") { try await trial.isTaken() }
                return try await trial.stopDirectory()
            }
            try await waitFor("the exchange") { try await trial.ownership() == "active|3|t" }
            kill(child, SIGKILL)
            ChildProcess.wait(for: child)
            #expect(try trial.placement() == "held|2")
            directory.end()
            let second = await trial.restore(to: moment)
            #expect(second.status == .success, "\(second.diagnostics)")
            #expect(second.diagnostics.contains("after the exchange: it is finished first"), "\(second.diagnostics)")
            #expect(try trial.placement() == "active|3")
        }

        /// What is not reverted is there, and what is derived is right.
        private func isWhole(_ trial: RewindTrial) async throws {
            let id = trial.id
            for (what, sql, wanted) in [
                ("sessions", "SELECT count(*) FROM sessions WHERE tenantId = '\(id)'", "1"),
                ("kept answers", "SELECT key FROM idempotency_keys WHERE tenantId = '\(id)'", "before"),
                (
                    "counters",
                    """
                    SELECT (SELECT sum(tasks) FROM task_counts WHERE tenantId = '\(id)')
                         = (SELECT count(*) FROM tasks WHERE tenantId = '\(id)')
                    """, "t"
                ),
                (
                    "the trail",
                    "SELECT count(*), count(userId) FROM audit_logs WHERE tenantId = '\(id)' AND action = 'CREATE_TASK' AND entityType = 'trial'",
                    "1|0"
                ),
                (
                    "its entry",
                    "SELECT count(*), min(changes #>> '{after,restoredBy}') IS NOT NULL FROM audit_logs WHERE tenantId = '\(id)' AND action = 'RESTORE_TENANT'",
                    "1|t"
                ),
                (
                    "its event", "SELECT epoch FROM events WHERE tenantId = '\(id)' AND action = 'RESTORE_TENANT'", "3"
                ),
            ] { #expect(try await trial.server.ask(sql) == wanted, "\(what)") }
            #expect(try trial.inDirectory("SELECT name FROM tenants WHERE id = '\(id)'") == "As it was")
            #expect(
                try trial.inDirectory(
                    "SELECT count(*) FROM audit_logs WHERE action = 'RESTORE_TENANT' AND tenantId = '\(id)'"
                ) == "4"
            )
        }

        /// Back to the moment before, and back again, each by what the answers say.
        private func undone(_ trial: RewindTrial, _ then: String, _ changed: String) async throws {
            _ = try await trial.server.ask("UPDATE tenants SET name = 'Once more' WHERE id = '\(trial.id)'")
            let now = try await trial.contents(of: trial.tenant)
            let restored = await trial.restore(to: trial.afterChange, "--format", "json")
            try #require(restored.status == .success, "\(restored.diagnostics)")
            #expect(try await trial.contents(of: trial.tenant) == changed)
            let report = try restored.json()
            let archive = try #require(report["archive"] as? String)
            let mode = try FileManager.default.attributesOfItem(atPath: archive)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let kept = try TenantArchivist.check(archive).header.tenant
            #expect("\(kept)".contains("Once more"))
            let times = try #require(report["times"] as? [String: Any])
            #expect((times["heldSeconds"] as? Double ?? 0) > 0 && (times["copiedRows"] as? Int ?? 0) > 0)
            let undo = await trial.restore(to: try #require(report["undoneBy"] as? String))
            try #require(undo.status == .success, "\(undo.diagnostics)")
            #expect(try await trial.contents(of: trial.tenant) == now)
        }

        private func refuses(_ trial: RewindTrial, _ moment: String) async throws {
            let young = await trial.restore(to: moment, tenant: trial.young)
            #expect(young.status == .notFound && young.diagnostics.contains("it is younger"), "\(young)")
            _ = try await trial.server.ask("ALTER TABLE tasks ADD COLUMN colour TEXT")
            let differing = await trial.restore(to: moment)
            #expect(
                differing.status == .refused && differing.diagnostics.contains("the schema of us-1"),
                "\(differing)"
            )
        }
    }
}
