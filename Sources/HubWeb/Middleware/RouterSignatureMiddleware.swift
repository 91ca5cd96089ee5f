import HTTPTypes
package import Hummingbird

/// Refuses what did not pass a router or hub-control, whatever its path; only health checks come directly.
package struct RouterSignatureMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    private static let openPaths: Set<String> = ["/health", "/ready"]

    package init() {}

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        switch context.arrival.passage {
        case .tenant, .control, .inspection: break
        case .apex, .direct:
            guard RouterSignatureMiddleware.openPaths.contains(request.uri.path) else { throw WebFailure.notRouted }
        }
        return try await next(request, context)
    }
}
