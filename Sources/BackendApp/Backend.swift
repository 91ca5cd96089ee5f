import Credentials
package import HubWeb
import Logging
import Postgres
import Reactor
import Redis
import ServiceLifecycle

/// A backend with everything it needs to serve one shard's tenants; ``build(_:registry:logger:now:onListening:)`` makes it.
package struct Backend: Sendable {
    let services: [any Service]
    let reactors: ReactorGroup
    let hasher: PasswordHasher
    let drain: Duration
    /// Everything it serves, for whoever compares it with the description of the API.
    package let routes: [RouteName]
    let logger: Logger

    /// Serves until SIGTERM, SIGINT or the task's cancellation; requests in flight get a bounded time to end.
    ///
    /// - Throws: what ended a service; `StartupFailure(_:)` tells it as one sentence.
    package func run() async throws {
        defer {
            hasher.stop()
            reactors.shutdown()
        }
        try await ServiceHost(services: services, drain: drain, logger: logger).run()
    }
}
