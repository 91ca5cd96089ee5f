import AsyncHTTPClient
import Credentials
package import HubWeb
import Logging
import Reactor
import ServiceLifecycle

/// A control process with everything it needs; ``build(_:registry:logger:now:onListening:)`` makes it.
package struct Control: Sendable {
    let services: [any Service]
    let reactors: ReactorGroup
    let http: HTTPClient
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
        do {
            try await ServiceHost(services: services, drain: drain, logger: logger).run()
        } catch {
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }
}
