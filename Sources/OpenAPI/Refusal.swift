import HubWire

/// What is answered instead, always as a problem document (RFC 9457); the raw value is the status.
package enum Refusal: Int, CaseIterable, Sendable {
    case invalid = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case timeout = 408
    case conflict = 409
    case lostUpdate = 412
    case payloadTooLarge = 413
    case targetTooLong = 414
    case unsupportedMediaType = 415
    case tooManyRequests = 429
    case fieldsTooLarge = 431
    case badGateway = 502
    case unavailable = 503
    case gatewayTimeout = 504

    /// What may come of any request, whatever it asks for.
    static let ofAny: [Refusal] = [
        .invalid, .timeout, .payloadTooLarge, .targetTooLong, .tooManyRequests, .fieldsTooLarge, .badGateway,
        .unavailable, .gatewayTimeout,
    ]

    var description: String {
        switch self {
        case .invalid: "The request is malformed; `errors` names every member and parameter that is wrong."
        case .unauthorized: "Nobody is signed in, or no longer."
        case .forbidden: "This person may not do this, the workspace is suspended, or a `limit` is reached."
        case .notFound: "There is no such thing here, or it is another workspace's."
        case .timeout: "The request did not arrive in time."
        case .conflict: "It contradicts what there is; `detail` says what."
        case .lostUpdate: "The object has changed since the client read it; `current` is what it is now."
        case .payloadTooLarge: "The body is too large."
        case .targetTooLong: "The address is too long."
        case .unsupportedMediaType: "The body is not JSON."
        case .tooManyRequests: "Too many requests came from here."
        case .fieldsTooLarge: "The header fields are too large."
        case .badGateway: "The answer was lost; whether the request was carried out is not known."
        case .unavailable: "It cannot be served at the moment, and nothing was done unless `detail` says otherwise."
        case .gatewayTimeout: "No answer came in time; whether the request was carried out is not known."
        }
    }

    /// Besides those of any answer.
    var fields: [HeaderField] {
        switch self {
        case .unauthorized: [.authenticate]
        case .tooManyRequests, .unavailable: [.retryAfter]
        default: []
        }
    }

    /// Its name among the document's components.
    var component: String { "\(self)".prefix(1).uppercased() + "\(self)".dropFirst() }

    var reference: JSONValue { .object(["$ref": .string("#/components/responses/\(component)")]) }

    func json(on host: APIDocument.Host, _ catalog: inout SchemaCatalog) -> JSONValue {
        .object([
            "description": .string(description),
            "content": .object([Problem.mediaType: .object(["schema": catalog.answer(Problem.self).json])]),
            "headers": .references(host.fieldsOfAny + fields),
        ])
    }
}
