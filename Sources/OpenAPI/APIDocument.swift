import HubModel
import HubWire

/// The OpenAPI 3.1 description of the API of one kind of host.
package struct APIDocument {
    /// The kinds of hosts, which differ in what a router may say to any request.
    package enum Host: Sendable {
        case workspace
        case apex
    }

    /// Where a host serves its own description.
    package static let path = "/api/openapi.json"

    /// What the API is made of: pages for people, assets, health checks and what processes ask of each other are not it.
    package static func covers(path: String) -> Bool { path.hasPrefix("/api/") }

    package let operations: [Operation]
    private let title: String
    private let host: Host
    private let sessionCookie: String

    /// - Parameter sessionCookie: the name of the cookie that carries a browser's token.
    package init(title: String, host: Host, sessionCookie: String, operations: [Operation]) {
        self.title = title
        self.host = host
        self.sessionCookie = sessionCookie
        self.operations =
            operations + [
                Operation(
                    .get,
                    APIDocument.path,
                    "getDescription",
                    "The description of this API.",
                    for: .anyone,
                    answer: .document
                )
            ]
    }

    /// The document as JSON: the same bytes each time.
    package func json() throws -> [UInt8] {
        var catalog = SchemaCatalog()
        var paths: [String: [String: JSONValue]] = [:]
        for operation in operations {
            let earlier = paths[operation.path, default: [:]].updateValue(
                operation.json(on: host, &catalog),
                forKey: operation.method.rawValue
            )
            precondition(earlier == nil, "\(operation.method) \(operation.path) is described twice")
        }
        var refusals: [String: JSONValue] = [:]
        for refusal in Refusal.allCases { refusals[refusal.component] = refusal.json(on: host, &catalog) }
        return try WireJSON.encode(
            JSONValue.object([
                "openapi": .string("3.1.0"),
                "info": .object(["title": .string(title), "version": .string(HubVersion.text)]),
                "servers": .array([.object(["url": .string("/")])]),
                "paths": .object(paths.mapValues(JSONValue.object)),
                "components": .object([
                    "schemas": .object(catalog.components.mapValues(\.json)),
                    "responses": .object(refusals),
                    "headers": .object(
                        Dictionary(HeaderField.all.map { ($0.component, $0.json) }) { first, _ in first }
                    ),
                    "securitySchemes": securitySchemes,
                ]),
            ])
        )
    }

    // MARK: - Private

    private var securitySchemes: JSONValue {
        .object([
            "bearer": .object([
                "type": .string("http"), "scheme": .string("bearer"), "bearerFormat": .string("JWT"),
                "description": .string("The token that signing in answered with."),
            ]),
            "cookie": .object([
                "type": .string("apiKey"), "in": .string("cookie"), "name": .string(sessionCookie),
                "description": .string(
                    "For browsers: what changes something needs an Origin of the same host as well."
                ),
            ]),
        ])
    }
}

extension APIDocument.Host {
    /// What a router may answer by itself to any request for such a host.
    var answersOfAny: [Answer] { self == .workspace ? [.renamed] : [] }

    /// What it may refuse: a workspace may be suspended, or not be there.
    var refusalsOfAny: [Refusal] { self == .workspace ? [.forbidden, .notFound] : [] }

    /// The header fields of any answer.
    var fieldsOfAny: [HeaderField] { self == .workspace ? [.requestID, .rateLimit, .rateLimitPolicy] : [.requestID] }
}
