import ServiceLifecycle

/// A service whose body runs until its task is cancelled, as pools and clients do.
package struct BackgroundService: Service {
    private let body: @Sendable () async throws -> Void

    package init(_ body: @escaping @Sendable () async throws -> Void) {
        self.body = body
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await body() }
    }
}
