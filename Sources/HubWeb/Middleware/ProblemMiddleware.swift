import HTTPTypes
package import HubWire
package import Hummingbird
import Logging
import NIOHTTP1
import Observability

/// The one place where errors become answers.
///
/// Scripts get a problem document (RFC 9457); a browser that asked for a page gets one. The cause of a failure goes to
/// the log and never to the client.
package struct ProblemMiddleware: RouterMiddleware {
    package typealias Context = WebContext
    /// Draws a problem as a page, with the request's id beside it.
    package typealias Drawing = @Sendable (_ problem: Problem, _ requestID: String) -> String

    private let draw: Drawing

    package init(draw: @escaping Drawing) {
        self.draw = draw
    }

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // The server itself answers these and closes the connection, whose framing is lost.
            throw error
        } catch {
            return try answer(error, to: request, context: context)
        }
    }

    /// The answer that an error becomes.
    package func answer(_ error: any Error, to request: Request, context: WebContext) throws -> Response {
        let failure = WebFailure(error, requestID: context.arrival.requestID, bodyLimit: context.bodyLimit)
        log(failure, of: error, context: context)
        guard ProblemMiddleware.wantsPage(request) else { return try .problem(failure) }
        return .html(
            draw(failure.problem, context.arrival.requestID),
            status: HTTPResponse.Status(code: failure.problem.status),
            fields: failure.fields
        )
    }

    // MARK: - Private

    private func log(_ failure: WebFailure, of error: any Error, context: WebContext) {
        let level: Logger.Level = failure.problem.status == 500 ? .error : .debug
        guard failure.problem.status >= 500 || failure.cause != nil else { return }
        context.logger.log(
            level: failure.problem.status == 503 ? .notice : level,
            "request failed",
            metadata: .fields([.error: "\(failure.cause ?? error)"])
        )
    }

    private static func wantsPage(_ request: Request) -> Bool {
        let path = request.uri.path
        guard !path.hasPrefix("/api/"), !path.hasPrefix("/internal/") else { return false }
        return request.headers[.accept]?.contains("text/html") == true
    }
}
