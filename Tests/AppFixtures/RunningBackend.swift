package import BackendApp
import FoundationEssentials
package import HubModel
import HubTesting
package import HubWeb
import HubWire
package import Observability
import Topology

/// A backend in this process, on ports of its own, with everything but the network between it and its router.
package struct RunningBackend: Sendable {
    package static let signingKey = Array("a-signing-key-of-at-least-32-bytes".utf8)
    package static let baseDomain = "hub.test"

    package let port: Int
    package let adminPort: Int
    /// Everything it serves.
    package let routes: [RouteName]
    package let configuration: BackendConfiguration
    package let registry: PrometheusRegistry
    /// Tells the backend to stop, as SIGTERM does.
    package let stop: @Sendable () async -> Void

    /// Lends a running backend, and stops it afterwards.
    ///
    /// - Parameters:
    ///   - isAwaited: whether the body begins only when the backend is ready.
    ///   - change: what is to be different from the usual configuration.
    ///   - now: its clock.
    package static func with<Answer: Sendable>(
        _ databases: HubDatabases,
        isAwaited: Bool = true,
        change: (inout BackendConfiguration) -> Void = { _ in },
        now: @escaping WallClock = Timestamp.now,
        _ body: @Sendable (RunningBackend) async throws -> Answer
    ) async throws -> Answer {
        let directory = FileManager.default.temporaryDirectory.appending(path: "backend-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let configuration = try configuration(databases, directory: directory.path, change: change)
        let registry = PrometheusRegistry(catalog: MetricDescription.backend)
        let (ports, report) = AsyncStream.makeStream(of: ServingPorts.self)
        let backend = try Backend.build(
            configuration,
            registry: registry,
            logger: .silent,
            now: now,
            onListening: { report.yield($0) }
        )
        let routes = backend.routes
        return try await running {
            defer { report.finish() }
            try await backend.run()
        } while: { stop in
            var iterator = ports.makeAsyncIterator()
            guard let ports = await iterator.next() else { throw CancellationError() }
            let backend = RunningBackend(
                port: ports.requests,
                adminPort: ports.admin,
                routes: routes,
                configuration: configuration,
                registry: registry,
                stop: stop
            )
            if isAwaited {
                try await waitFor("the backend to be ready") { try await backend.stranger.get("/ready").status == 200 }
            }
            return try await body(backend)
        }
    }

    // MARK: Asking it

    /// A client that nobody vouches for.
    package var stranger: WebClient { WebClient(port: port) }

    /// A client whose requests come through a router.
    package func router(
        _ tenant: TenantID,
        epoch: Epoch = .first,
        expiry: Timestamp = .now() + .seconds(30)
    ) -> WebClient {
        RunningBackend.signed(port, tenant, epoch, .tenant, expiry)
    }

    /// A client of the backend on that port whose requests come through a router.
    package static func router(port: Int, _ tenant: TenantID, epoch: Epoch = .first) -> WebClient {
        signed(port, tenant, epoch, .tenant, .now() + .seconds(30))
    }

    /// A client whose requests come from hub-control.
    package func control(_ tenant: TenantID, epoch: Epoch = .first) -> WebClient {
        RunningBackend.control(port: port, tenant, epoch: epoch)
    }

    /// A client with which hub-control asks how the backend itself is.
    package var inspector: WebClient { RunningBackend.signed(port, nil, nil, .control, .now() + .seconds(30)) }

    /// A client whose requests a router sent to the apex host.
    package var apex: WebClient { RunningBackend.signed(port, nil, nil, .tenant, .now() + .seconds(30)) }

    /// A client of the backend on that port whose requests come from hub-control.
    package static func control(port: Int, _ tenant: TenantID, epoch: Epoch = .first) -> WebClient {
        signed(port, tenant, epoch, .control, .now() + .seconds(30))
    }

    // MARK: - Private

    /// The usual configuration of a backend of shard `us-1`.
    ///
    /// - Parameter directory: the folder of its state.
    private static func configuration(
        _ databases: HubDatabases,
        directory: String,
        change: (inout BackendConfiguration) -> Void
    ) throws -> BackendConfiguration {
        var configuration = try BackendConfiguration(
            name: "backend-us-1",
            topology: databases.topology(stateDirectory: directory),
            secrets: Secrets(environment: databases.secrets)
        )
        configuration.listen = Endpoint(host: "127.0.0.1", port: 0)
        configuration.admin = Endpoint(host: "127.0.0.1", port: 0)
        configuration.passwordCost = 4
        // Tests ask faster than people do.
        configuration.limits.clientRequestsPerMinute = 10_000_000
        configuration.limits.tenantRequestsPerMinute = 10_000_000
        configuration.keyRefreshInterval = .milliseconds(50)
        change(&configuration)
        return configuration
    }

    private static func signed(
        _ port: Int,
        _ tenant: TenantID?,
        _ epoch: Epoch?,
        _ scope: SignatureScope,
        _ expiry: Timestamp
    ) -> WebClient {
        let signer = RequestSigner(key: RunningBackend.signingKey)
        var fields = [
            HubHeader.signature: signer.sign(tenant: tenant, epoch: epoch, scope: scope, expiry: expiry),
            HubHeader.clientAddress: "203.0.113.7",
        ]
        fields[HubHeader.tenant] = tenant?.description
        fields[HubHeader.epoch] = epoch?.description
        return WebClient(port: port, fields: fields)
    }
}
