import Foundation
import HubTesting
import Testing
import Topology

import enum Topology.ExitStatus

@testable import OperatorApp

extension AgainstPostgres {
    @Suite("Backing up and restoring")
    struct Backups {
        @Test("A shard is backed up, rehearsed, brought back to a moment, and as it was when that fails")
        func whole() async throws {
            try await ArchivedServer.with { server in
                try await beforeAnything(server)
                let moment = try await backUp(server)
                try await rehearse(server)
                try await bringBack(server, to: moment)
                try await refuse(server)
                try await fail(server)
                try await interrupt(server)
            }
        }

        // MARK: - Private

        /// What is missing is told with the command that makes it; `init` makes it.
        private func beforeAnything(_ server: ArchivedServer) async throws {
            let early = await server.hubctl("create")
            #expect(early.status == .failed)
            let made = await server.hubctl("init", "--format", "json")
            try #require(made.status == .success, "\(made.diagnostics)")
            #expect(made.diagnostics.contains("the directory has no files"))
            let databases = try #require(try made.json()["databases"] as? [[String: Any]])
            #expect(databases.map { $0["name"] as? String } == ["us-1"])
            #expect(databases.first?["isArchiving"] as? Bool == true)
            let file = "\(server.folder)/pgbackrest/pgbackrest.conf"
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let none = await server.hubctl("verify", "--shard", "us-1")
            #expect(none.status == .failed)
            #expect(none.output.contains("there is no backup: hubctl backup create"))
        }

        /// - Returns: a moment after the backups, after which a task was deleted.
        private func backUp(_ server: ArchivedServer) async throws -> String {
            for type in ["full", "differential"] {
                let made = await server.hubctl("create", "--format", "json")
                try #require(made.status == .success, "\(made.diagnostics)")
                let backups = try #require(try made.json()["backups"] as? [[String: Any]])
                #expect(backups.map { $0["type"] as? String } == [type])
                #expect(made.diagnostics.contains(#""activity":"backing up us-1""#))
            }
            let list = try await server.hubctl("list", "--shard", "us-1", "--format", "json").json()
            let database = try #require((list["databases"] as? [[String: Any]])?.first)
            #expect((database["backups"] as? [[String: Any]])?.map { $0["isUsable"] as? Bool } == [true, true])
            #expect(database["restorableFrom"] is String)
            let verified = await server.hubctl("verify", "--shard", "us-1")
            #expect(verified.status == .success, "\(verified.output) \(verified.diagnostics)")
            // As a move leaves them that is under way.
            _ = try await server.ask("CREATE PUBLICATION hub_move_1 FOR TABLE projects")
            _ = try await server.ask(
                "CREATE SUBSCRIPTION hub_move_1 CONNECTION 'host=127.0.0.1 port=1' PUBLICATION hub_move_2 WITH (connect = false)"
            )
            _ = try await server.ask("UPDATE cache_gate SET epoch = 41; UPDATE tenants SET name = 'As it was'")
            let moment = try await server.now()
            _ = try await server.ask("DELETE FROM tasks; UPDATE cache_gate SET epoch = 4000000000")
            return moment
        }

        private func rehearse(_ server: ArchivedServer) async throws {
            let drill = await server.hubctl("drill", "--format", "json")
            #expect(drill.status == .success, "\(drill.diagnostics)")
            let told = try #require((try drill.json()["drills"] as? [[String: Any]])?.first)
            let examination = try #require(told["examination"] as? [String: Any])
            #expect((examination["faults"] as? [Any])?.isEmpty == true)
            #expect((examination["constraints"] as? Int ?? 0) > 20)
            #expect((examination["guardedTables"] as? Int ?? 0) > 5)
            let counts = try #require(examination["counts"] as? [[String: Any]])
            let users = counts.first { $0["table"] as? String == "users" }?["rows"] as? Int
            #expect(try await users == Int(server.ask("SELECT count(*) FROM users")))
            #expect(told["recoveryTimeSeconds"] as? Double ?? 0 > 0)
            #expect(server.isTidy)
        }

        private func bringBack(_ server: ArchivedServer, to moment: String) async throws {
            let asked = await server.hubctl("restore", "--shard", "us-1", "--to", moment)
            #expect(asked.status == .refused)
            #expect(asked.diagnostics.contains("Everything written since"))
            let restored = await server.hubctl(
                "restore",
                "--shard",
                "us-1",
                "--to",
                moment,
                "--yes",
                "--format",
                "json"
            )
            try #require(restored.status == .success, "\(restored.diagnostics)")
            #expect(try await server.ask("SELECT count(*) > 0 FROM tasks") == "t")
            #expect(try await server.ask("SELECT DISTINCT name FROM tenants") == "As it was")
            #expect(try await server.ask("SELECT count(*) FROM pg_subscription") == "0")
            #expect(try await server.ask("SELECT string_agg(pubname, ',') FROM pg_publication") == "hub_audit")
            // Above the last epoch of the future that is undone: nothing that was cached in it is read again.
            #expect(try await server.ask("SELECT epoch > 4000000000, mode FROM cache_gate") == "t|off")
            #expect(server.isTidy)
            // The application's role logs in as before, and the archive goes on in the new timeline.
            let again = await server.hubctl("create", "--shard", "us-1", "--type", "incremental")
            #expect(again.status == .success, "\(again.diagnostics)")
            let verified = await server.hubctl("verify", "--shard", "us-1")
            #expect(verified.status == .success, "\(verified.output) \(verified.diagnostics)")
        }

        private func refuse(_ server: ArchivedServer) async throws {
            for (arguments, status, words) in [
                (["--shard", "us-1", "--to", "2001-01-01T00:00:00Z"], ExitStatus.notFound, "only later moments"),
                (["--shard", "us-1", "--to", "9999-01-01T00:00:00Z"], .usage, "lies in the future"),
                (["--to", "latest"], .usage, "name one database"),
                (["--directory", "--to", "latest"], .notFound, "nothing of the directory is in the repository"),
                (["--shard", "us-9", "--to", "latest"], .notFound, "there is no shard"),
            ] {
                let result = await server.deployment.hubctl(["backup", "restore", "--yes"] + arguments)
                #expect(result.status == status, "\(result.diagnostics)")
                #expect(result.diagnostics.contains(words), "\(result.diagnostics)")
            }
            #expect(try await server.ask("SELECT 1") == "1")
        }

        /// A repository that turns out to be damaged: the old server serves as before.
        private func fail(_ server: ArchivedServer) async throws {
            _ = try await server.ask("UPDATE tenants SET name = 'Since then'")
            let backups = "\(server.folder)/repository/backup/us-1"
            // Whole files are missing: a damaged one would be tried again and again first.
            let newest = try #require(
                try FileManager.default.contentsOfDirectory(atPath: backups).filter { $0.hasSuffix("I") }.max()
            )
            let manifests = ["backup.manifest", "backup.manifest.copy"].map { "\(backups)/\(newest)/\($0)" }
            for path in manifests { try FileManager.default.moveItem(atPath: path, toPath: "\(path).away") }
            let result = await server.hubctl("restore", "--shard", "us-1", "--to", "latest", "--yes")
            #expect(result.status == .failed)
            #expect(result.diagnostics.contains("shard us-1 is as it was and serves again"), "\(result.diagnostics)")
            #expect(try await server.ask("SELECT DISTINCT name FROM tenants") == "Since then")
            #expect(server.isTidy)
            for path in manifests { try FileManager.default.moveItem(atPath: "\(path).away", toPath: path) }
        }

        /// Killed in the middle, before the files are exchanged and after.
        private func interrupt(_ server: ArchivedServer) async throws {
            let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: ".build/debug/hubctl").path
            let child = try ChildProcess.start(
                [program, "backup", "restore", "--shard", "us-1", "--to", "latest", "--yes"],
                environment: server.deployment.workplace.variables,
                output: "\(server.folder)/killed.log"
            )
            try await waitFor("the restore to have begun") {
                FileManager.default.fileExists(atPath: "\(server.data).hub-restore/PG_VERSION")
            }
            kill(child, SIGKILL)
            ChildProcess.wait(for: child)
            #expect(!server.isTidy)
            // The last commit was archived by nobody: it is in the old files alone.
            let second = await server.hubctl("restore", "--shard", "us-1", "--to", "latest", "--yes", "--keep-old")
            try #require(second.status == .success, "\(second.diagnostics)")
            #expect(second.diagnostics.contains("it is undone first"))
            #expect(try await server.ask("SELECT DISTINCT name FROM tenants") == "Since then")
            #expect(server.isTidy)
            let kept = try FileManager.default.contentsOfDirectory(atPath: server.folder).filter {
                $0.hasPrefix("us-1.before-")
            }
            #expect(kept.count == 1)
            // As a run leaves it that was killed right after the exchange.
            try FileManager.default.moveItem(
                atPath: "\(server.folder)/\(kept[0])",
                toPath: "\(server.data).hub-restore"
            )
            try Data().write(to: URL(filePath: "\(server.data)/hub-restore"))
            let third = await server.hubctl("restore", "--shard", "us-1", "--to", "latest")
            #expect(third.status == .refused)
            #expect(third.diagnostics.contains("it is finished first"))
            #expect(server.isTidy)
            #expect(try await server.ask("SELECT DISTINCT name FROM tenants") == "Since then")
        }
    }
}
