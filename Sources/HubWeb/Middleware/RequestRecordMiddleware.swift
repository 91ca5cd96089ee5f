import HTTPTypes
package import Hummingbird
import Logging
import Observability

/// Counts, times and logs every request, by the route's pattern and never by its path.
///
/// The time runs until the head of the answer is ready.
package struct RequestRecordMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    private let meters: RequestMeters
    private let clock = ContinuousClock()

    package init(meters: RequestMeters) {
        self.meters = meters
    }

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let start = clock.now
        meters.began()
        defer { meters.ended() }
        let response = try await next(request, context)
        let duration = clock.now - start
        let route = context.endpointPath ?? "none"
        meters.record(method: request.method, route: route, status: response.status.code, duration: duration)
        context.logger.log(
            level: RequestRecordMiddleware.level(of: route, status: response.status.code),
            "request",
            metadata: .fields([
                .method: "\(request.method)",
                .route: "\(route)",
                .status: "\(response.status.code)",
                .duration: "\(duration.milliseconds)",
            ])
        )
        return response
    }

    // MARK: - Private

    /// Health checks of routers come several times a second and say nothing while they succeed.
    private static func level(of route: String, status: Int) -> Logger.Level {
        if status >= 500 { return .warning }
        return route == "/health" || route == "/ready" ? .debug : .info
    }
}

extension Duration {
    /// Milliseconds with the resolution of a microsecond.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
    }
}
