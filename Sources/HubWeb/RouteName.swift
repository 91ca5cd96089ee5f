package import HTTPTypes

/// A route that a process serves, written as OpenAPI writes it: `GET /api/projects/{project}`.
package struct RouteName: Hashable, Sendable, CustomStringConvertible {
    package let method: String
    /// With the names of its parameters in braces.
    package let path: String

    /// - Parameter pattern: as the router writes it, with a colon before each parameter.
    package init(_ method: HTTPRequest.Method, _ pattern: String) {
        self.method = method.rawValue
        path = pattern.split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.first == ":" ? "{\(part.dropFirst())}" : String(part)
        }.joined(separator: "/")
    }

    package var description: String { "\(method) \(path)" }
}
