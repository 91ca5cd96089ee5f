import HTTPTypes
import HubWeb
import HubWire
import Hummingbird
import ShardStore

/// Lets only so many requests of one tenant be worked on at once, so that a burst of one queues for itself and not for the
/// processor in front of everybody's.
///
/// A request's turn ends when the head of its answer is there: streams and downloads hold none. Requests that hash a
/// password wait for that and not for the processor; the threads that hash have a queue of their own.
struct TenantShareMiddleware: RouterMiddleware {
    typealias Context = WebContext

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
        guard case .tenant(let routed) = context.arrival.passage,
            !PasswordHashing.isDone(for: request.method.rawValue, request.uri.path)
        else {
            return try await next(request, context)
        }
        if request.method != .get, request.method != .head { await fence.settle() }
        return try await shares.withShare(of: routed.tenant) { try await next(request, context) }
    }
}
