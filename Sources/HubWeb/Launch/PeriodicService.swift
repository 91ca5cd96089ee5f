import ServiceLifecycle

/// A service that does one thing again and again, with a pause between, until it is told to stop.
package struct PeriodicService: Service {
    private let interval: Duration
    private let body: @Sendable () async throws -> Void

    package init(every interval: Duration, _ body: @escaping @Sendable () async throws -> Void) {
        self.interval = interval
        self.body = body
    }

    /// - Throws: what the body throws; it ends the process.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await body()
                try? await Task.sleep(for: interval)
            }
        }
    }
}
