import Foundation
import HubModel
import HubTesting
import Postgres
import Reactor
import ShardStore
import Testing
import Topology

@testable import Directory
@testable import OperatorApp

@Suite("Which shard a demonstration tenant goes to")
struct DemoAllotmentTests {
    private func shard(_ id: String, _ region: String, weight: Int, _ state: ShardState = .open) throws -> ShardRecord {
        ShardRecord(
            id: try #require(ShardID(id)),
            region: try #require(RegionID(region)),
            state: state,
            weight: weight,
            tenants: 0,
            backends: []
        )
    }

    @Test("Tenants spread by weight over open shards, and always the same way")
    func weights() throws {
        let shards = try [
            shard("us-1", "us", weight: 3), shard("us-2", "us", weight: 1), shard("us-3", "us", weight: 5, .draining),
        ]
        let allotment = try DemoAllotment(tenants: 10_000, over: shards, region: nil, shard: nil)
        let counts = Dictionary(grouping: allotment.indices, by: allotment.shard).mapValues(\.count)
        #expect(counts.keys.map(\.rawValue).sorted() == ["us-1", "us-2"])
        #expect((7300...7700).contains(counts[try #require(ShardID("us-1"))] ?? 0))
        let again = try DemoAllotment(tenants: 20_000, over: shards.reversed(), region: nil, shard: nil)
        #expect(allotment.indices.allSatisfy { allotment.shard(of: $0) == again.shard(of: $0) })
    }

    @Test("Whatever the number of shards, each gets its share", arguments: 2...9)
    func shares(count: Int) throws {
        let shards = try (0..<count).map { try shard("us-\($0)", "us", weight: 1) }
        let allotment = try DemoAllotment(tenants: 10_000, over: shards, region: nil, shard: nil)
        let counts = Dictionary(grouping: allotment.indices, by: allotment.shard).mapValues(\.count)
        #expect(counts.count == count)
        #expect(counts.values.allSatisfy { abs($0 - 10_000 / count) < 500 }, "\(counts)")
    }

    @Test("A region or a shard narrows the choice, and one that is not there is told")
    func narrowed() throws {
        let shards = try [
            shard("us-1", "us", weight: 1), shard("eu-1", "eu", weight: 1), shard("eu-2", "eu", weight: 1, .closed),
        ]
        let eu = RegionID("eu")
        #expect(try DemoAllotment(tenants: 1, over: shards, region: eu, shard: nil).shards.map(\.rawValue) == ["eu-1"])
        #expect(
            try DemoAllotment(tenants: 1, over: shards, region: nil, shard: ShardID("eu-2")).shards.map(\.rawValue) == [
                "eu-2"
            ]
        )
        for (region, shard) in [(eu, ShardID("us-1")), (nil, ShardID("moon-1"))] {
            let error = #expect(throws: OperatorError.self) {
                try DemoAllotment(tenants: 1, over: shards, region: region, shard: shard)
            }
            #expect(error?.status == .notFound)
        }
        let error = #expect(throws: OperatorError.self) {
            try DemoAllotment(tenants: 1, over: shards, region: RegionID("apac"), shard: nil)
        }
        #expect(error?.status == .refused)
    }
}

extension AgainstPostgres {
    @Suite("Loading the demonstration")
    struct DemoLoading {
        private static let counts = """
            SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM users), (SELECT count(*) FROM projects),
                   (SELECT count(*) FROM tasks)
            """

        private func reported(_ result: Workplace.Result) throws -> String {
            let shards = try #require(try result.json()["shards"] as? [[String: Any]])
            let shard = try #require(shards.first)
            let numbers = ["tenants", "users", "projects", "tasks"].map { (shard[$0] as? Int).map(String.init) ?? "?" }
            return numbers.joined(separator: "|")
        }

        @Test("What is reported is what is there; every tenant is known to routers and within its limits")
        func counted() async throws {
            try await Deployment.withRunning { deployment in
                let arguments = [
                    "demo", "load", "--tenants", "60", "--projects", "4", "--tasks", "5", "--format", "json",
                ]
                let result = await deployment.hubctl(arguments)
                #expect(result.status == .success, "\(result.diagnostics)")
                #expect(try deployment.ask(deployment.shard, Self.counts) == reported(result))
                #expect(try result.json()["tenants"] as? Int == 60)
                let known = "SELECT string_agg(id || subdomain, ',' ORDER BY id) FROM tenants"
                #expect(try deployment.ask(deployment.shard, known) == deployment.ask(deployment.directory, known))
                let beyond = """
                    SELECT count(*) FROM tenants AS t WHERE maxUsers < (SELECT count(*) FROM users WHERE tenantId = t.id)
                                                        OR maxProjects < (SELECT count(*) FROM projects WHERE tenantId = t.id)
                    """
                #expect(try deployment.ask(deployment.shard, beyond) == "0")
                let load = try deployment.ask(
                    deployment.directory,
                    "SELECT tenants FROM shard_loads WHERE shard = 'us-1'"
                )
                #expect(load == "60")
                for line in result.diagnostics.split(separator: "\n") {
                    let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                    #expect(record?["event"] as? String == "progress")
                }
            }
        }

        @Test("Again keeps everything, more adds the rest, and another seed adds others")
        func again() async throws {
            try await Deployment.withRunning { deployment in
                func load(_ tenants: Int, seed: Int = 1) async throws -> [Int] {
                    let result = await deployment.hubctl(
                        "demo",
                        "load",
                        "--tenants",
                        "\(tenants)",
                        "--projects",
                        "1",
                        "--tasks",
                        "1",
                        "--seed",
                        "\(seed)",
                        "--format",
                        "json"
                    )
                    let shards = try #require(try result.json()["shards"] as? [[String: Any]])
                    return ["tenants", "kept", "registered"].map { shards[0][$0] as? Int ?? -1 }
                }
                #expect(try await load(20) == [20, 0, 20])
                #expect(try await load(20) == [0, 20, 0])
                #expect(try await load(50) == [30, 20, 30])
                #expect(try await load(20, seed: 2)[0] > 0)
                let shard = try deployment.ask(deployment.shard, "SELECT count(*) FROM tenants")
                #expect(try deployment.ask(deployment.directory, "SELECT count(*) FROM tenants") == shard)
            }
        }

        @Test("Tenants that a killed load left on the shard are made known by the next one")
        func resumed() async throws {
            try await Deployment.withRunning { deployment in
                let topology = try Topology.load(
                    path: "\(deployment.workplace.folder)/topology.yaml",
                    environment: ["STATE": "state"]
                )
                let reactors = try ReactorGroup(count: 1)
                defer { reactors.shutdown() }
                let access = DatabaseAccess(
                    target: .shard(topology.shards[0], of: topology),
                    secrets: deployment.workplace.secrets(),
                    reactors: reactors
                )
                let dataset = DemoDataset(seed: 1, projectsPerTenant: 1, tasksPerProject: 1)
                try await access.withPool { pool in
                    let loader = DemoLoader(pool: pool, adminPasswordHash: "x", userPasswordHash: "x", now: .now())
                    _ = try await loader.load((0..<7).map(dataset.tenant)) { _ in }
                }
                let result = await deployment.hubctl(
                    "demo",
                    "load",
                    "--tenants",
                    "10",
                    "--projects",
                    "1",
                    "--tasks",
                    "1"
                )
                #expect(result.status == .success, "\(result.diagnostics)")
                #expect(try deployment.ask(deployment.directory, "SELECT count(*) FROM tenants") == "10")
                #expect(try deployment.ask(deployment.shard, "SELECT count(*) FROM tenants") == "10")
            }
        }

        @Test("An interrupted load stops after a slice, with no tenant on the shard that routers do not know")
        func interrupted() async throws {
            try await Deployment.withRunning { deployment in
                let interruption = Interruption()
                _ = interruption.request()
                let result = await deployment.workplace.hubctl(
                    ["demo", "load", "--tenants", "6000", "--projects", "0", "--tasks", "0"],
                    interruption: interruption
                )
                #expect(result.status == .failed)
                #expect(result.diagnostics.contains("interrupted"))
                let loaded = try deployment.ask(deployment.shard, "SELECT count(*) FROM tenants")
                #expect(try deployment.ask(deployment.directory, "SELECT count(*) FROM tenants") == loaded)
                #expect(loaded == "5000")
            }
        }

        @Test("A directory that does not know the shards says which command is missing")
        func unknownShards() async throws {
            try await Deployment.with { deployment in
                _ = await deployment.hubctl("migrate")
                let result = await deployment.hubctl(
                    "demo",
                    "load",
                    "--tenants",
                    "1",
                    "--projects",
                    "1",
                    "--tasks",
                    "1"
                )
                #expect(result.status == .refused)
                #expect(result.isOneSentence, "\(result.diagnostics)")
                #expect(result.diagnostics.contains("hubctl topology apply"))
            }
        }
    }
}
