import AppFixtures
import Foundation
import HubTesting
import Testing
import Topology

@testable import OperatorApp

/// The commands that go through hub-control, against a real one with a real backend and real databases.
@Suite("Through hub-control", .serialized)
struct ControlCommandTests {
    /// Lends a workplace whose topology names a running hub-control, with a super admin in the environment.
    private func withControl(
        environment: [String: String] = [:],
        _ body: @Sendable (Workplace) async throws -> Void
    ) async throws {
        try await HubDatabases.with { databases in
            try await RunningBackend.with(databases) { backend in
                try await RunningControl.with(databases, backends: [backend.port]) { control in
                    let account = [
                        "HUB_EMAIL": RunningControl.superAdmin,
                        "HUB_SECRET_SUPERADMIN_PASSWORD": RunningControl.password,
                    ]
                    let topology = Workplace.topology(control: control.port)
                        .replacing("hub.localhost", with: RunningBackend.baseDomain)
                    try await Workplace.with(
                        topology: topology,
                        environment: account.merging(environment) { $1 },
                        body
                    )
                }
            }
        }
    }

    private let creation = [
        "tenants", "create", "Acme Corporation", "acme", "--region", "us", "--admin-email", "ada@acme.com",
        "--admin-name", "Ada Moore", "--admin-password-stdin",
    ]

    @Test("A tenant is created, listed, suspended and resumed")
    func lifeOfATenant() async throws {
        try await withControl { workplace in
            let created = await workplace.hubctl(creation, answers: ["Secret@123"])
            #expect(created.status == .success, "\(created.diagnostics)")
            #expect(created.output.hasPrefix("created acme in us: http://acme.hub.test:8080"))
            let list = await workplace.hubctl("tenants", "list")
            #expect(list.output.contains("acme") && list.output.contains("Acme Corporation"))
            let suspended = await workplace.hubctl("tenants", "suspend", "acme", "--yes")
            #expect(suspended.output == "acme is suspended\n", "\(suspended.diagnostics)")
            let json = try await workplace.hubctl("tenants", "list", "--state", "suspended", "--format", "json").json()
            let items = try #require(json["items"] as? [[String: Any]])
            #expect(items.count == 1 && json["total"] as? Int == 1)
            let id = try #require(items[0]["id"] as? String)
            let resumed = try await workplace.hubctl("tenants", "resume", id, "--format", "json").json()
            #expect(resumed["state"] as? String == "active")
            let none = try await workplace.hubctl("tenants", "list", "--search", "nobody", "--format", "json").json()
            #expect((none["items"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("A tenant gets other limits and another name, is entered, and is erased with a proof")
    func changes() async throws {
        try await withControl { workplace in
            _ = await workplace.hubctl(creation, answers: ["Secret@123"])
            let nothing = await workplace.hubctl("tenants", "update", "acme")
            #expect(nothing.status == .usage && nothing.diagnostics.contains("--max-users"))
            let limits = await workplace.hubctl("tenants", "update", "acme", "--max-users", "50")
            #expect(limits.status == .success && limits.output.contains("1 of 50"), "\(limits.diagnostics)")
            let unasked = await workplace.hubctl("tenants", "update", "acme", "--subdomain", "acme-corp")
            #expect(unasked.status == .refused)
            let renamed = await workplace.hubctl("tenants", "update", "acme", "--subdomain", "acme-corp", "--yes")
            #expect(renamed.status == .success, "\(renamed.diagnostics)")
            let shown = try await workplace.hubctl("tenants", "show", "acme-corp", "--format", "json").json()
            #expect((shown["settings"] as? [String: Any])?["maxUsers"] as? Int == 50)
            let link = await workplace.hubctl("tenants", "impersonate", "acme-corp", "--reason", "Ticket 1")
            #expect(link.output.hasPrefix("http://acme-corp.hub.test:8080/impersonate?ticket="), "\(link.diagnostics)")
            #expect(link.output.contains("Ada Moore"))
            let spared = await workplace.hubctl(["tenants", "erase", "acme-corp"], answers: ["n"], isInteractive: true)
            #expect(spared.status == .refused && spared.diagnostics.contains("with 1 users"))
            let proof = try await workplace.hubctl("tenants", "erase", "acme-corp", "--yes", "--format", "json").json()
            #expect((proof["removed"] as? [String: Any])?["users"] as? Int == 1)
            let gone = await workplace.hubctl("tenants", "show", "acme-corp")
            #expect(gone.status == .notFound)
        }
    }

    @Test("A shard is closed and opened; another state is refused")
    func shardState() async throws {
        try await withControl { workplace in
            let closed = await workplace.hubctl("shards", "state", "us-1", "closed")
            #expect(closed.output == "us-1 is closed\n", "\(closed.diagnostics)")
            let refused = await workplace.hubctl(creation, answers: ["Secret@123"])
            #expect(refused.status == .unreachable)
            let wrong = await workplace.hubctl("shards", "state", "us-1", "ajar")
            #expect(wrong.status == .usage)
            let unknown = await workplace.hubctl("shards", "state", "us-9", "open")
            #expect(unknown.status == .notFound)
            let open = try await workplace.hubctl("shards", "state", "us-1", "open", "--format", "json").json()
            #expect(open["state"] as? String == "open")
        }
    }

    @Test("Suspending asks first; no means no, and where nobody can be asked it is refused")
    func confirmation() async throws {
        try await withControl { workplace in
            _ = await workplace.hubctl(creation, answers: ["Secret@123"])
            let unasked = await workplace.hubctl("tenants", "suspend", "acme")
            #expect(unasked.status == .refused)
            #expect(unasked.isOneSentence && unasked.diagnostics.contains("--yes"), "\(unasked.diagnostics)")
            let no = await workplace.hubctl(["tenants", "suspend", "acme"], answers: ["n"], isInteractive: true)
            #expect(no.status == .refused)
            #expect(no.diagnostics.contains("Suspend Acme Corporation (acme)?"))
            let active = await workplace.hubctl("tenants", "list", "--state", "active", "--format", "json")
            let total = try active.json()["total"] as? Int
            #expect(total == 1)
            let yes = await workplace.hubctl(["tenants", "suspend", "acme"], answers: ["y"], isInteractive: true)
            #expect(yes.status == .success)
        }
    }

    @Test("What hub-control refuses is one sentence with its words, and its own exit status")
    func refusals() async throws {
        try await withControl { workplace in
            _ = await workplace.hubctl(creation, answers: ["Secret@123"])
            let taken = await workplace.hubctl(creation, answers: ["Secret@123"])
            #expect(taken.status == .refused)
            #expect(taken.isOneSentence, "\(taken.diagnostics)")
            let unknown = await workplace.hubctl("tenants", "resume", "nobody")
            #expect(unknown.status == .notFound)
            #expect(unknown.isOneSentence, "\(unknown.diagnostics)")
            let short = await workplace.hubctl(creation, answers: ["short"])
            #expect(short.status == .usage)
            #expect(short.diagnostics.contains("adminPassword"), "\(short.diagnostics)")
            let elsewhere = await workplace.hubctl(
                creation.map { $0 == "us" ? "moon" : $0 == "acme" ? "other" : $0 },
                answers: ["Secret@123"]
            )
            #expect(elsewhere.status != .success)
            #expect(elsewhere.isOneSentence, "\(elsewhere.diagnostics)")
        }
    }

    @Test("A report is shown as tables, as JSON and as CSV, and a shard that is missing makes it partial")
    func report() async throws {
        try await withControl { workplace in
            _ = await workplace.hubctl(creation, answers: ["Secret@123"])
            let tables = await workplace.hubctl("report", "--days", "7")
            #expect(tables.status == .success, "\(tables.diagnostics)")
            for text in ["USAGE", "GROWTH by day", "INACTIVE", "LIMITS", "STORAGE", "region us", "acme"] {
                #expect(tables.output.contains(text), "\(text)")
            }
            let json = try await workplace.hubctl("report", "usage", "--format", "json").json()
            let total = (json["usage"] as? [String: Any])?["total"] as? [String: Any]
            #expect(total?["tenants"] as? Int == 1 && total?["users"] as? Int == 1)
            #expect(json["growth"] is NSNull && json["isComplete"] as? Bool == true)
            let csv = await workplace.hubctl("report", "usage", "--format", "csv")
            #expect(csv.output.contains("\r\nusage,,,,,users,1\r\n"), "\(csv.output)")
            let wrong = await workplace.hubctl("report", "usage", "--top", "101")
            #expect(wrong.status == .usage)
            let elsewhere = await workplace.hubctl("shards", "list", "--format", "csv")
            #expect(elsewhere.status == .usage && elsewhere.isOneSentence, "\(elsewhere.diagnostics)")
            let unknown = await workplace.hubctl("report", "--shard", "us-9")
            #expect(unknown.status == .notFound && unknown.isOneSentence)
        }
    }

    @Test("A report without some shards tells which, and ends with another status than a whole one")
    func partialReport() async throws {
        try await HubDatabases.with { databases in
            try await RunningControl.with(databases, backends: []) { control in
                _ = try databases.inDirectory("INSERT INTO shards (id, region) VALUES ('us-2', 'us')")
                try await Workplace.with(
                    topology: Workplace.topology(control: control.port),
                    environment: [
                        "HUB_EMAIL": RunningControl.superAdmin,
                        "HUB_SECRET_SUPERADMIN_PASSWORD": RunningControl.password,
                    ]
                ) { workplace in
                    let partial = await workplace.hubctl("report", "usage")
                    #expect(partial.status == .partial && partial.output.contains("all that answered"))
                    #expect(partial.diagnostics.contains("us-2 is not in the report: this hub-control has no"))
                    let none = await workplace.hubctl("report", "usage", "--shard", "us-2", "--format", "json")
                    let isComplete = try none.json()["isComplete"] as? Bool
                    #expect(none.status == .unreachable && isComplete == false)
                }
            }
        }
    }

    @Test("Shards are listed with their load and health")
    func shards() async throws {
        try await withControl { workplace in
            let list = await workplace.hubctl("shards", "list")
            #expect(list.status == .success, "\(list.diagnostics)")
            #expect(list.output.contains("us-1"))
            let items = try #require(
                try await workplace.hubctl("shards", "list", "--format", "json").json()["items"] as? [[String: Any]]
            )
            #expect(items.first?["state"] as? String == "open" && items.first?["tenants"] as? Int == 0)
        }
    }

    @Test("A token is kept where only its owner may read it, serves without a password, and is renewed when it is dead")
    func token() async throws {
        try await withControl { workplace in
            let login = await workplace.hubctl("login", "--format", "json")
            #expect(login.status == .success, "\(login.diagnostics)")
            #expect(try login.json()["email"] as? String == RunningControl.superAdmin)
            let path = "\(workplace.folder)/state/hubctl/token-\(RunningBackend.baseDomain).json"
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            // Neither an address nor a password: the token and its address are those of the login.
            let bare = ["HUB_EMAIL": "", "HUB_SECRET_SUPERADMIN_PASSWORD": "wrong"]
            let served = await workplace.hubctl(["tenants", "list"], environment: bare)
            #expect(served.status == .success, "\(served.diagnostics)")
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            let dead = try #require(kept.firstRange(of: "\"token\":\"")).upperBound
            try (kept[..<dead] + "dead" + kept[dead...]).write(toFile: path, atomically: true, encoding: .utf8)
            let renewed = await workplace.hubctl("tenants", "list")
            #expect(renewed.status == .success, "\(renewed.diagnostics)")
            let refused = await workplace.hubctl(["login"], environment: ["HUB_SECRET_SUPERADMIN_PASSWORD": "wrong"])
            #expect(refused.status == .refused)
            #expect(refused.isOneSentence, "\(refused.diagnostics)")
            #expect(!refused.diagnostics.contains("wrong"))
        }
    }

    @Test("Without hub-control, or without an account, one sentence says what to do")
    func unreachable() async throws {
        let port = try freePort()
        try await Workplace.with(topology: Workplace.topology(control: port)) { workplace in
            let nobody = await workplace.hubctl("tenants", "list")
            #expect(nobody.status == .usage)
            #expect(nobody.isOneSentence && nobody.diagnostics.contains("hubctl login"))
            let environment = ["HUB_EMAIL": "ada@example.com", "HUB_SECRET_SUPERADMIN_PASSWORD": "Admin@123"]
            let gone = await workplace.hubctl(["tenants", "list"], environment: environment)
            #expect(gone.status == .unreachable)
            #expect(gone.isOneSentence, "\(gone.diagnostics)")
            #expect(gone.diagnostics.contains("127.0.0.1:\(port)") && gone.diagnostics.contains("refused"))
        }
    }
}
