import HTTPTypes
import HubWeb
import Hummingbird
import ShardStore

/// Lets only so many requests of one tenant be worked on at once, so that a burst of one queues for itself and not for the
/// processor in front of everybody's.
///
/// A request's turn ends when the head of its answer is there: streams and downloads hold none. Requests that hash a
/// password wait for that and not for the processor; the threads that hash have a queue of their own.
struct TenantShareMiddleware: RouterMiddleware {
    typealias Context = WebContext

    private static let hashing: [(method: HTTPRequest.Method, path: String)] = [
        (.post, "/api/auth/login"), (.post, "/sign-in"), (.put, "/api/auth/password"), (.post, "/api/users"),
    ]

    private let shares: TenantShares
    private let fence: any WriteFencing

    /// - Parameter fence: what writes wait for before they take a turn.
    init(shares: TenantShares, fence: any WriteFencing) {
        self.shares = shares
        self.fence = fence
    }

    func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        let isHashing = TenantShareMiddleware.hashing.contains { $0.method == request.method && $0.path == path }
        guard case .tenant(let routed) = context.arrival.passage, !isHashing else {
            return try await next(request, context)
        }
        if request.method != .get, request.method != .head { await fence.settle() }
        return try await shares.withShare(of: routed.tenant) { try await next(request, context) }
    }
}
