import HTTPTypes
import HubWire
package import Hummingbird

/// Refuses a body that says beforehand that it is too large; one that does not say so is cut off while it is read.
package struct BodyLimitMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    package init() {}

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        if let length = request.headers[.contentLength].flatMap(Int.init), length > context.bodyLimit {
            throw Problem.payloadTooLarge(limit: context.bodyLimit)
        }
        return try await next(request, context)
    }
}
