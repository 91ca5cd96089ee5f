import AppFixtures
import Foundation
import HubModel
import HubTesting
import Testing
import Topology

@testable import OperatorApp

/// `hubctl isolation check` against a real hub-control, a real backend and real databases, with a stand-in for the router
/// that can be made to leak.
@Suite("The check of the isolation", .serialized)
struct IsolationCheckTests {
    private func withHub(
        leak: LeakyRouter.Leak? = nil,
        _ body: @Sendable (Workplace, HubDatabases) async throws -> Void
    ) async throws {
        try await HubDatabases.with { databases in
            try await RunningBackend.with(databases) { backend in
                try await RunningControl.with(databases, backends: [backend.port]) { control in
                    try await LeakyRouter.with(backend, databases, leak: leak) { port in
                        let topology = Workplace.topology(control: control.port)
                            .replacing("http://{host}:8080", with: "http://{host}:\(port)")
                        let account = [
                            "HUB_EMAIL": RunningControl.superAdmin,
                            "HUB_SECRET_SUPERADMIN_PASSWORD": RunningControl.password,
                        ]
                        try await Workplace.with(topology: topology, environment: account) { workplace in
                            try await body(workplace, databases)
                        }
                    }
                }
            }
        }
    }

    private let check = ["isolation", "check", "--yes", "--rate", "10000"]

    /// The lines of the only shard, by kind.
    private func lines(_ result: Workplace.Result) throws -> [String: [String: Any]] {
        let shards = try #require(try result.json()["shards"] as? [[String: Any]])
        let lines = try #require(shards.first?["probes"] as? [[String: Any]])
        return Dictionary(lines.map { ($0["kind"] as? String ?? "", $0) }) { first, _ in first }
    }

    @Test("A sound hub passes, again and again, and no other tenant is touched")
    func sound() async throws {
        try await withHub { workplace, databases in
            let creation = [
                "tenants", "create", "Acme", "acme", "--region", "us", "--admin-email", "ada@acme.com",
                "--admin-password-stdin",
            ]
            let created = await workplace.hubctl(creation, answers: ["Secret@123"])
            #expect(created.status == .success, "\(created.diagnostics)")
            let acme = """
                SELECT (SELECT json_agg(a ORDER BY a.id) FROM audit_logs a WHERE a.tenantId = t.id), t.*
                FROM tenants t WHERE subdomain = 'acme'
                """
            let before = try databases.inShard(acme)
            let first = await workplace.hubctl(check)
            #expect(first.status == .success, "\(first.output)\(first.diagnostics)")
            #expect(first.output.contains("isolated") && !first.output.contains("LEAK on"))
            let again = await workplace.hubctl(check + ["--format", "json"])
            #expect(again.status == .success, "\(again.output)\(again.diagnostics)")
            for (kind, line) in try lines(again) {
                #expect(line["probes"] as? Int ?? 0 > 0, "\(kind)")
                #expect(line["leaks"] as? Int == 0 && line["open"] as? Int == 0, "\(kind)")
            }
            let after = try databases.inShard(acme)
            #expect(after == before)
            let tenants = try databases.inShard("SELECT subdomain FROM tenants ORDER BY 1")
            #expect(tenants == ["acme", "canary-us-1-a", "canary-us-1-b"])
            // What a check makes, it takes away again; its canaries keep one project and one task each.
            let left =
                "SELECT (SELECT count(*) FROM projects), (SELECT count(*) FROM tasks), (SELECT count(*) FROM users)"
            let counts = try databases.inShard(left)
            #expect(counts == ["2|2|3"])
        }
    }

    @Test("Each planted leak is found by the probe that is for it", arguments: LeakyRouter.Leak.allCases)
    func planted(leak: LeakyRouter.Leak) async throws {
        try await withHub(leak: leak) { workplace, _ in
            let result = await workplace.hubctl(check + ["--format", "json"])
            #expect(result.status == .failed, "\(result.output)\(result.diagnostics)")
            #expect(result.diagnostics.contains("tenants are not kept apart"), "\(result.diagnostics)")
            let lines = try lines(result)
            let line = try #require(lines[leak.rawValue])
            #expect(line["leaks"] as? Int ?? 0 > 0, "\(result.output)")
            if leak == .cached { #expect(lines["lists"]?["leaks"] as? Int == 0, "only when read again") }
            let leaks = try #require(
                (try result.json()["shards"] as? [[String: Any]])?.first?["leaks"] as? [[String: Any]]
            )
            let told = leaks.filter { $0["kind"] as? String == leak.rawValue }
            #expect(told.allSatisfy { ($0["path"] as? String)?.hasPrefix("/api/") == true && $0["seen"] is String })
        }
    }

    @Test("It asks before it makes the canaries, whose names nobody can sign up with")
    func names() async throws {
        try await withHub { workplace, databases in
            let unasked = await workplace.hubctl("isolation", "check")
            #expect(unasked.status == .refused)
            #expect(unasked.isOneSentence && unasked.diagnostics.contains("canary-us-1-a, canary-us-1-b"))
            let tenants = try databases.inDirectory("SELECT count(*) FROM tenants")
            #expect(tenants == ["0"])
            let creation = [
                "tenants", "create", "Mine", "canary-us-1-a", "--region", "us", "--admin-email", "ada@acme.com",
                "--admin-password-stdin",
            ]
            let created = await workplace.hubctl(creation, answers: ["Secret@123"])
            #expect(created.status == .success, "an operator may")
            let taken = await workplace.hubctl(check)
            #expect(taken.status == .refused)
            #expect(taken.diagnostics.contains("is no canary but “Mine”"), "\(taken.diagnostics)")
            let nowhere = await workplace.hubctl("isolation", "check", "--shard", "moon-1")
            #expect(nowhere.status == .notFound && nowhere.isOneSentence)
        }
    }
}
