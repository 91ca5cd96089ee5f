import HTTPTypes
package import Hummingbird

/// Writes the header fields that make a browser careful with every answer.
package struct SecurityFieldsMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    /// Scripts, styles and requests only of and to this host, none of them inline; forms post only to it; nobody frames it.
    package static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private let isSecure: Bool

    /// - Parameter isSecure: whether people reach the hub by https, which browsers are then told to insist on.
    package init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        // Not `no-referrer`: with that a browser sends `Origin: null`, which the origin check has to refuse.
        response.headers[.referrerPolicy] = "same-origin"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        // What follows is for what can be a document: of a page's dozen modules and styles it would be a tenth.
        if !SecurityFieldsMiddleware.isPart(response) {
            response.headers[.contentSecurityPolicy] = SecurityFieldsMiddleware.contentSecurityPolicy
            response.headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
            response.headers[.crossOriginOpenerPolicy] = "same-origin"
        }
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    // MARK: - Private

    /// Whether an answer is a module or a style sheet, which a browser shows as plain text when it is visited by itself.
    private static func isPart(_ response: Response) -> Bool {
        guard response.status == .ok, let type = response.headers[.contentType] else { return false }
        return type.hasPrefix("text/javascript") || type.hasPrefix("text/css")
    }
}
