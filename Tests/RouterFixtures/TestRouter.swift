package import HubModel
import HubTesting
import HubWire
import Logging
package import Observability
package import Placement
package import RouterApp
import RouterTLS
import ServiceLifecycle
import Synchronization
import Topology

/// A real router on a free port, with a directory of the test's own.
package final class TestRouter: Sendable {
    package static let signingKey = Array("a key of the tests that is long enough".utf8)
    package static let acme = tenantID(1)
    package static let globex = tenantID(2)

    package let port: Int
    /// Of TLS; 0 without.
    package let securePort: Int
    package let board: SnapshotBoard
    package let health: BackendHealthRegistry
    package let refreshes: RefreshCount
    package let inspector: RouterInspector
    private let settings: ProxySettings
    private let changes: Board<ProxySettings>
    private let group: ServiceGroup

    private init(
        port: Int,
        securePort: Int,
        board: SnapshotBoard,
        health: BackendHealthRegistry,
        refreshes: RefreshCount,
        inspector: RouterInspector,
        settings: ProxySettings,
        changes: Board<ProxySettings>,
        group: ServiceGroup
    ) {
        self.port = port
        self.securePort = securePort
        self.board = board
        self.health = health
        self.refreshes = refreshes
        self.inspector = inspector
        self.settings = settings
        self.changes = changes
        self.group = group
    }

    /// Lends a running router.
    ///
    /// - Parameters:
    ///   - snapshot: what it knows at the start; nil for nothing.
    ///   - controls: ports of control processes.
    ///   - certificates: the folder of those with which it speaks TLS besides; nil for no TLS.
    package static func with<Result: Sendable>(
        _ snapshot: DirectorySnapshot?,
        controls: [Int] = [],
        certificates: String? = nil,
        drainLimit: Duration = .seconds(5),
        accessLog: LogWriter? = nil,
        settings change: @Sendable (inout ProxySettings) -> Void = { _ in },
        _ body: @Sendable (TestRouter) async throws -> Result
    ) async throws -> Result {
        let board = SnapshotBoard()
        if let snapshot { board.publish(snapshot) }
        let refreshes = RefreshCount()
        let health = BackendHealthRegistry { _, _ in }
        let name = ProcessName("router")!
        var settings = ProxySettings(routerName: name, baseDomain: "hub.test")
        change(&settings)
        let context = ProxyContext(
            signer: RequestSigner(key: signingKey),
            verifier: SignatureVerifier(key: signingKey),
            controls: controls.enumerated().map { backend("control-\($0.offset)", port: $0.element) },
            health: health,
            accessLog: accessLog,
            requestRefresh: { refreshes.add() },
            urlOfTenant: { "http://\($0).hub.test" },
            readiness: {
                Readiness(
                    process: "router",
                    components: [.init("directory", board.value == nil ? .down : .up)]
                )
            },
            process: name
        )
        let listening = Mutex<Int?>(nil)
        let listeningForTLS = Mutex(0)
        let secure = try certificates.map { folder in
            SecureServing(
                endpoint: Endpoint(host: "127.0.0.1", port: 0),
                key: "routers.router.tls.listen",
                certificates: try CertificateStore(folder: folder) { _ in },
                onListening: { port in listeningForTLS.withLock { $0 = port } }
            )
        }
        let inspector = RouterInspector(context)
        let changes = Board<ProxySettings>()
        let server = RouterServer(
            endpoint: Endpoint(host: "127.0.0.1", port: 0),
            key: "routers.router.listen",
            settings: settings,
            changes: changes,
            context: context,
            board: board,
            inspector: inspector,
            secure: secure,
            threads: 1,
            drainLimit: drainLimit,
            logger: Logger(label: "test"),
            onListening: { port in listening.withLock { $0 = port } }
        )
        let group = ServiceGroup(services: [server], logger: Logger(label: "test"))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await waitFor("the router to listen") { listening.withLock { $0 } != nil }
            let router = TestRouter(
                port: listening.withLock { $0 } ?? 0,
                securePort: listeningForTLS.withLock { $0 },
                board: board,
                health: health,
                refreshes: refreshes,
                inspector: inspector,
                settings: settings,
                changes: changes,
                group: group
            )
            let result: Result
            do {
                result = try await body(router)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    /// What SIGHUP does when the topology says otherwise than at the start.
    package func reload(_ change: (inout ProxySettings) -> Void) {
        var settings = settings
        change(&settings)
        changes.publish(settings)
    }

    /// What SIGTERM does.
    package func stop() async { await group.triggerGracefulShutdown() }

    package func connect(keepsBytes: Bool = true, reads: Bool = true) async throws -> RawPeer {
        try await RawPeer.connect(to: port, keepsBytes: keepsBytes, reads: reads)
    }

    /// Sends one request on a connection of its own, and returns everything that comes until the router closes.
    package func exchange(_ request: String, within limit: Duration = .seconds(30)) async throws -> String {
        let client = try await connect()
        client.send(request)
        try await client.waitUntilClosed(within: limit)
        return client.text
    }

    /// A GET that asks for the connection to be closed.
    package func get(_ path: String = "/", host: String = "acme.hub.test", fields: String = "") async throws -> String {
        try await exchange("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)Connection: close\r\n\r\n")
    }
}

/// Counts how often the router asked for the directory to be looked at.
package final class RefreshCount: Sendable {
    private let value = Mutex(0)

    package init() {}

    package func add() { value.withLock { $0 += 1 } }
    package var count: Int { value.withLock { $0 } }
}

package func tenantID(_ number: Int) -> TenantID { TenantID("00000000-0000-7000-8000-00000000000\(number)")! }

package func backend(_ name: String, port: Int) -> BackendAddress {
    BackendAddress(name: ProcessName(name)!, host: "127.0.0.1", port: port)
}

/// A directory in which acme is on us-1 and globex on eu-1, unless said otherwise.
package func directory(
    us: [Int] = [],
    eu: [Int] = [],
    version: Int64 = 1,
    acme state: TenantState = .active,
    epoch: Int64 = 1,
    acmeOn shard: String = "us-1",
    globexOn globexShard: String = "eu-1"
) throws -> DirectorySnapshot {
    let shards = [("us-1", "us", us), ("eu-1", "eu", eu)].map { name, region, ports in
        ShardPlacement(
            id: ShardID(name)!,
            region: RegionID(region)!,
            state: .open,
            backends: ports.enumerated().map { backend("backend-\(name)-\($0.offset)", port: $0.element) }
        )
    }
    let changes = DirectoryChanges(
        version: version,
        topologyVersion: version,
        shards: shards,
        formerNames: [.init(name: Subdomain("oldacme")!, tenant: tenantID(1))],
        tenants: [
            .init(
                id: tenantID(1),
                name: Subdomain("acme")!,
                shard: ShardID(shard)!,
                epoch: Epoch(rawValue: epoch),
                state: state
            ),
            .init(
                id: tenantID(2),
                name: Subdomain("globex")!,
                shard: ShardID(globexShard)!,
                epoch: .first,
                state: .active
            ),
        ]
    )
    return try DirectorySnapshot().applying(changes)
}

/// A port on which nobody listens.
package func deadPort() async throws -> Int {
    try await RawOrigin.with { $0.port }
}
