import FoundationEssentials
import HubModel
import Testing
import Topology

@Suite("Topology files")
struct TopologyFileTests {
    private static let configuration = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Config")

    private func load(_ name: String, environment: [String: String] = [:]) throws -> Topology {
        try Topology.load(path: TopologyFileTests.configuration.appending(path: name).path, environment: environment)
    }

    @Test("The local example is right, and its ports are those that the documents name")
    func local() throws {
        let topology = try load("local.yaml")
        #expect(topology.baseDomain == "hub.localhost")
        #expect(topology.apexURL == "http://hub.localhost:8080")
        #expect(topology.url(of: Subdomain("demo")!) == "http://demo.hub.localhost:8080")
        #expect(!topology.publicURL.isSecure)
        #expect(topology.stateDirectory == ".hub/state")
        #expect(topology.directory.endpoints == [Endpoint(host: "127.0.0.1", port: 8090)])
        #expect(topology.regions.map(\.id.rawValue) == ["us", "eu", "apac"])
        #expect(topology.regions.map(\.redis.port) == [8094, 8095, 8096])
        #expect(topology.shards.map(\.id.rawValue) == ["us-1", "eu-1", "apac-1"])
        #expect(topology.shards.map(\.endpoints) == [8091, 8092, 8093].map { [Endpoint(host: "127.0.0.1", port: $0)] })
        #expect(try topology.router(named: "router").listen.port == 8080)
        #expect(try topology.control(named: "control").listen.port == 8081)
        #expect(topology.backends(of: ShardID("us-1")!).map(\.listen.port) == [8082, 8083])
        #expect(topology.backends.map(\.admin.port) == [8102, 8103, 8104, 8105])
        #expect(topology.backends.allSatisfy { $0.advertise == $0.listen })
        // One machine is everybody, and benchmarks run on it.
        var limits = Limits()
        limits.loginFailuresPerAddress = 10_000
        limits.clientRequestsPerMinute = 10_000_000
        limits.tenantRequestsPerMinute = 10_000_000
        limits.tenantRoutedPerMinute = 10_000_000
        limits.clientConnectionsPerAddress = 20_000
        limits.tenantInFlightBesideOthers = 2
        #expect(topology.limits == limits)
    }

    @Test("The local example moves to another port and folder by two variables")
    func localElsewhere() throws {
        let topology = try load("local.yaml", environment: ["HUB_PORT": "18080", "HUB_HOME": "/var/tmp/hub"])
        #expect(topology.apexURL == "http://hub.localhost:18080")
        #expect(topology.stateDirectory == "/var/tmp/hub/state")
        #expect(try topology.router(named: "router").admin.port == 18_100)
    }

    @Test("The local example speaks TLS when the variables of compose/up --tls say so")
    func localWithTLS() throws {
        let variables = ["HUB_SCHEME": "https", "HUB_PUBLIC_OFFSET": "9", "HUB_TLS_LISTEN": "127.0.0.1:+9"]
        let topology = try load("local.yaml", environment: variables)
        #expect(topology.apexURL == "https://hub.localhost:8089")
        let tls = try #require(try topology.router(named: "router").tls)
        #expect(tls.listen == Endpoint(host: "127.0.0.1", port: 8089))
        #expect(tls.certificates == ".hub/tls/certificates")
        #expect(try load("local.yaml").routers.allSatisfy { $0.tls == nil })
    }

    @Test("The container example is right: services reach each other by name")
    func container() throws {
        let topology = try load("container.yaml")
        #expect(topology.directory.endpoints == [Endpoint(host: "postgres-directory", port: 5432)])
        let backend = try topology.backend(named: "backend-eu-1")
        #expect(backend.listen == Endpoint(host: "0.0.0.0", port: 8080))
        #expect(backend.advertise == Endpoint(host: "backend-eu-1", port: 8080))
        #expect(backend.shard == ShardID("eu-1"))
    }

    @Test("The production example is right, with TLS, standbys and limits of its own")
    func production() throws {
        let topology = try load("production.example.yaml")
        #expect(topology.url(of: Subdomain("acme")!) == "https://acme.hub.example.com")
        #expect(topology.publicURL.isSecure)
        #expect(topology.shards.allSatisfy { $0.endpoints.count == 2 })
        #expect(topology.shard(ShardID("us-1")!)?.state == .closed)
        #expect(topology.shard(ShardID("us-2")!)?.weight == 2)
        #expect(topology.routers.count == 2 && topology.controls.count == 2 && topology.backends.count == 6)
        #expect(topology.limits.newTenantMaxUsers == 25)
        #expect(topology.limits.clientConnectionsPerAddress == 20_000)
        #expect(topology.limits.holdSeconds == Limits().holdSeconds)
    }

    @Test("A file that is not there is told")
    func missing() {
        let error = #expect(throws: TopologyError.self) { try load("nowhere.yaml") }
        #expect(error?.code == .missingFile)
        #expect(
            error?.description.hasSuffix("Config/nowhere.yaml: expected a topology file, found no such file") == true
        )
    }

    @Test("A folder in place of a file is told")
    func folder() {
        let error = #expect(throws: TopologyError.self) { try load("") }
        #expect(error?.code == .unreadableFile)
    }

    @Test("A file that is no text is told")
    func noText() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "hub-topology-\(UUID()).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data([0x61, 0xFF, 0xFE]).write(to: file)
        let error = #expect(throws: TopologyError.self) { try Topology.load(path: file.path, environment: [:]) }
        #expect(error?.description == "\(file.path): expected UTF-8 text, found other bytes")
    }

    @Test("A name that no process has is told, with the names there are")
    func unknownProcess() throws {
        let topology = try Fixture.topology()
        let error = #expect(throws: TopologyError.self) { try topology.backend(named: "backend-us-2") }
        #expect(
            error?.description
                == "hub.yaml: backends: expected --name to be backend-us-1, found 'backend-us-2'; did you mean 'backend-us-1'?"
        )
    }

    @Test("Two shards may be databases of one cluster")
    func oneCluster() throws {
        let shard = "  us-2: { region: us, endpoints: [\"127.0.0.1:+11\"], database: hub_shard_2 }\n"
        let backend = "  backend-us-2: { shard: us-2, listen: \"127.0.0.1:+3\", admin: \"127.0.0.1:+23\" }\n"
        let yaml = try #require(
            Fixture.yaml.changing("shards:\n", to: "shards:\n" + shard)?.changing(
                "backends:\n",
                to: "backends:\n" + backend
            )
        )
        #expect(try Fixture.topology(yaml).shards.count == 2)
    }
}
