import AppFixtures
import Foundation
import HubModel
import HubTesting
import HubWire
import Testing
import Topology

@testable import OperatorApp

/// `hubctl cache`, against a real hub-control with a real backend and real databases.
@Suite("Caches through hub-control", .serialized)
struct CacheCommandTests {
    private struct Hub: Sendable {
        let databases: HubDatabases
        let workplace: Workplace

        func calls() throws -> Int {
            Int(try databases.inDirectory("SELECT count(*) FROM audit_logs WHERE action = 'WARM_CACHE'")[0]) ?? -1
        }
    }

    /// Lends a hub with so many tenants, `tenant-1` and so on.
    ///
    /// - Parameter isUp: whether the shard's backend can be reached once they are there.
    private func withHub(
        tenants count: Int,
        isUp: Bool = true,
        _ body: @Sendable (Hub) async throws -> Void
    ) async throws {
        try await HubDatabases.with { databases in
            try await RunningBackend.withCache(databases) { backend in
                try await RunningControl.with(databases, backends: [backend.port]) { control in
                    let client = try await control.operatorClient()
                    for number in 1...count {
                        let request = [
                            "tenantName": "Tenant \(number)", "subdomain": "tenant-\(number)", "region": "us",
                            "adminEmail": "ada@example.com", "adminPassword": "Secret@123", "adminFullName": "Ada",
                        ]
                        let answer = try await client.post("/api/tenants", request)
                        try #require(answer.status == 201, "\(answer.text)")
                    }
                    if !isUp { _ = try databases.inDirectory("UPDATE backends SET port = \(try freePort())") }
                    let topology = Workplace.topology(control: control.port)
                        .replacing("hub.localhost", with: RunningBackend.baseDomain)
                    let account = [
                        "HUB_EMAIL": RunningControl.superAdmin,
                        "HUB_SECRET_SUPERADMIN_PASSWORD": RunningControl.password,
                    ]
                    try await Workplace.with(topology: topology, environment: account) { workplace in
                        try await body(Hub(databases: databases, workplace: workplace))
                    }
                }
            }
        }
    }

    @Test("One tenant, a shard or all are warmed, told as a table or as JSON with progress in lines")
    func warm() async throws {
        try await withHub(tenants: 3) { hub in
            let one = await hub.workplace.hubctl("cache", "warm", "--tenant", "tenant-2")
            #expect(one.status == .success, "\(one.diagnostics)")
            #expect(one.output.contains("WARMED") && one.output.split(separator: "\n").count == 2)
            let json = await hub.workplace.hubctl("cache", "warm", "--shard", "us-1", "--format", "json")
            let report = try json.json()
            #expect(report["tenants"] as? Int == 3 && report["warmed"] as? Int == 3 && report["failed"] as? Int == 0)
            let lines = json.diagnostics.split(separator: "\n")
            #expect(lines.last?.contains(#""done":3"#) == true && lines.allSatisfy { $0.hasPrefix("{") })
            _ = try hub.databases.inDirectory("UPDATE tenants SET state = 'suspended' WHERE subdomain = 'tenant-1'")
            let all = await hub.workplace.hubctl("cache", "warm", "--all", "--batch", "1", "--concurrency", "2")
            #expect(all.status == .success, "\(all.diagnostics)")
            #expect(all.output.contains("tenant-1") && all.output.contains("suspended"))
            let calls = try hub.calls()
            #expect(calls == 5)
        }
    }

    @Test("A dry run counts and changes nothing")
    func dryRun() async throws {
        try await withHub(tenants: 2, isUp: false) { hub in
            let dry = await hub.workplace.hubctl("cache", "warm", "--all", "--dry-run")
            #expect(dry.status == .success && dry.output.contains("TO WARM"), "\(dry.diagnostics)")
            let calls = try hub.calls()
            #expect(calls == 0)
        }
    }

    @Test("An interrupted run prints the command that goes on, and together they meet every tenant once")
    func interruption() async throws {
        try await withHub(tenants: 5) { hub in
            let interruption = Interruption()
            _ = interruption.request()
            let start = ["cache", "warm", "--all", "--batch", "2", "--format", "json"]
            let first = await hub.workplace.hubctl(start, interruption: interruption)
            #expect(first.status == .failed)
            let told = try #require(first.diagnostics.firstRange(of: "to go on: hubctl ")).upperBound
            let command = first.diagnostics[told...].split(whereSeparator: \.isWhitespace).map(String.init)
            #expect(command.prefix(3) == ["cache", "warm", "--all"] && command.contains("--resume"))
            let rest = await hub.workplace.hubctl(command + ["--format", "json"])
            #expect(rest.status == .success, "\(rest.diagnostics)")
            let counts = try [first, rest].map { try $0.json()["warmed"] as? Int }
            #expect(counts == [2, 3])
            let next = try rest.json()["next"]
            #expect(next == nil)
        }
    }

    @Test("A run that loses hub-control says how to go on, with what it has done")
    func lost() async throws {
        try await withHub(tenants: 3) { hub in
            // From the second call on the directory refuses the entry of the trail.
            _ = try hub.databases.inDirectory(
                """
                ALTER TABLE audit_logs ADD CHECK (action <> 'WARM_CACHE' OR changes #> '{after,after}' IS NULL)
                """
            )
            let lost = await hub.workplace.hubctl("cache", "warm", "--all", "--batch", "2")
            #expect(lost.status != .success)
            #expect(lost.output.contains("WARMED") && lost.diagnostics.contains("--resume"), "\(lost.diagnostics)")
        }
    }

    @Test("A shard that is down makes its tenants fail, with what to do about it")
    func outage() async throws {
        try await withHub(tenants: 2, isUp: false) { hub in
            let down = await hub.workplace.hubctl("cache", "warm", "--all")
            #expect(down.status == .failed)
            #expect(down.output.contains("cannot be reached"), "\(down.output)")
            #expect(down.output.contains("hubctl cache warm --tenant tenant-1"))
            #expect(down.diagnostics.contains("2 of 2 tenants could not be warmed"))
            let status = await hub.workplace.hubctl("cache", "status")
            #expect(status.status == .success && status.output.contains("no answer"), "\(status.output)")
        }
    }

    @Test("A wrong command line is told before anything is asked")
    func usage() async throws {
        try await withHub(tenants: 1) { hub in
            for arguments in [
                [], ["--all", "--shard", "us-1"], ["--tenant", "tenant-1", "--all"], ["--all", "--concurrency", "0"],
                ["--all", "--concurrency", "33"], ["--all", "--batch", "0"], ["--all", "--resume", "somewhere"],
                ["--shard", "US 1"], ["--tenant", "tenant-1", "--resume", "019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01"],
            ] {
                let result = await hub.workplace.hubctl(["cache", "warm"] + arguments)
                #expect(result.status == .usage, "\(arguments)")
            }
            let wrong = await hub.workplace.hubctl("cache", "status", "--tenants", "101")
            #expect(wrong.status == .usage)
            for arguments in [
                ["warm", "--tenant", "nobody"], ["warm", "--shard", "us-9"], ["status", "--shard", "us-9"],
            ] {
                let result = await hub.workplace.hubctl(["cache"] + arguments)
                #expect(result.status == .notFound && result.isOneSentence, "\(result.diagnostics)")
            }
            let calls = try hub.calls()
            #expect(calls == 0)
        }
    }

    @Test("The state of the caches is a table, or the API's own JSON")
    func status() async throws {
        try await withHub(tenants: 1) { hub in
            let text = await hub.workplace.hubctl("cache", "status")
            #expect(text.status == .success, "\(text.diagnostics)")
            for word in ["us-1", "backend-us-1-0", "on", "HIT RATE"] { #expect(text.output.contains(word)) }
            let json = try await hub.workplace.hubctl("cache", "status", "--shard", "us-1", "--format", "json").json()
            let items = try #require(json["items"] as? [[String: Any]])
            #expect(items.count == 1 && json["total"] as? Int == 1)
        }
    }

    @Test("What is in Redis is told in rates, sizes and names")
    func report() throws {
        let counts = CacheCountsView(
            hits: 967,
            misses: 30,
            bypasses: 3,
            fills: 30,
            refused: 0,
            fences: 4,
            closings: 1,
            audited: 1200,
            inconsistent: 0
        )
        let gate = CacheGateView(epoch: 7, mode: .on, isLeased: true, reason: nil)
        let id = TenantID.make(at: .now())
        let shard = ShardCacheView(
            shard: try #require(ShardID("us-1")),
            region: try #require(RegionID("us")),
            hitRate: 0.967,
            backends: [BackendCacheView(name: try #require(ProcessName("backend-us-1")), gate: gate, counts: counts)],
            server: CacheServerView(usedBytes: 12_897_485, maximumBytes: 256 << 20, evictions: 4321),
            tenants: [
                TenantCacheView(tenantId: id, subdomain: Subdomain("acme"), keys: 1234, bytes: 2048),
                TenantCacheView(tenantId: id, subdomain: nil, keys: 1, bytes: 100),
            ]
        )
        let text = CacheStatusReport(items: [shard], total: 1).text(for: TextStream { _ in })
        #expect(
            text == """
                SHARD  BACKEND       GATE  EPOCH  HIT RATE  READS                 MEMORY  EVICTIONS  AUDITED          NOTE
                us-1   backend-us-1  on        7    96.7 %  1,000  12.3 MiB of 256.0 MiB      4,321  1,200, 0 differ

                SHARD  TENANT                                 KEYS     SIZE
                us-1   acme                                  1,234  2.0 KiB
                us-1   \(id)      1    100 B

                """
        )
    }
}
