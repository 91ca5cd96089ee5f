package import Logging
package import ServiceLifecycle
import Topology
import UnixSignals

/// Runs a process's services in one group until SIGTERM or SIGINT, and gives what is in flight a bounded time to end.
package struct ServiceHost: Sendable {
    private let services: [any Service]
    private let drain: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - services: in the order of their start; they stop in the reverse order, so what serves requests comes last.
    ///   - drain: how long requests in flight get before they are cancelled.
    package init(services: [any Service], drain: Duration, logger: Logger) {
        self.services = services
        self.drain = drain
        self.logger = logger
    }

    package func run() async throws {
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = drain
        // The last resort: cancelled services have this long, then the process ends by force.
        configuration.maximumCancellationDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
    }
}
