import HubModel
import HubWire

/// One operation of the API: a method on a path.
package struct Operation {
    package enum Method: String, CaseIterable, Sendable {
        case get
        case post
        case put
        case patch
        case delete
    }

    /// Who may ask for it.
    package enum Access: Sendable {
        case anyone
        case signedIn
        /// The administrators of the workspace.
        case administrators
        /// The super admins of the hub.
        case superAdmins
        /// Whom the text names, among those who are signed in.
        case some(String)
    }

    package let method: Method
    /// With the names of its parameters in braces.
    package let path: String
    /// Unique in its document.
    package let id: String
    let summary: String
    let access: Access
    let parameters: [Parameter]
    let body: (any Decodable.Type)?
    let answers: [Answer]
    let refusals: [Refusal]

    /// - Parameters:
    ///   - parameters: of the query and of the header, besides those that the other arguments imply; of the path, those
    ///     that are something else than an id.
    ///   - body: the type that the request's body is decoded as.
    ///   - isConditional: whether a change heeds `If-Match`.
    ///   - isRepeatable: whether a POST heeds `Idempotency-Key`.
    ///   - refusals: besides those that come of any request, of the path, of the body and of who asks.
    package init(
        _ method: Method,
        _ path: String,
        _ id: String,
        _ summary: String,
        for access: Access,
        parameters: [Parameter] = [],
        body: (any Decodable.Type)? = nil,
        isConditional: Bool = false,
        isRepeatable: Bool = false,
        answer: Answer,
        refusals: [Refusal] = []
    ) {
        self.method = method
        self.path = path
        self.id = id
        self.summary = summary
        self.access = access
        self.body = body
        let isObject = answer.fields.contains(.entityTag)
        let isList = answer.fields.contains(.link)
        let isCached = method == .get && isObject
        self.parameters =
            Operation.pathParameters(path, known: parameters) + parameters.filter { $0.place != .path }
            + (isList ? Parameter.page : []) + (isCached ? [.ifNoneMatch] : []) + (isConditional ? [.ifMatch] : [])
            + (isRepeatable ? [.idempotencyKey] : [])
        answers = [answer] + (isCached ? [.notModified] : [])
        self.refusals = refusals + (isConditional ? [.lostUpdate] : []) + (isRepeatable ? [.conflict] : [])
    }

    /// - Parameters:
    ///   - host: the kind of host that serves it.
    ///   - catalog: gets the components of bodies.
    func json(on host: APIDocument.Host, _ catalog: inout SchemaCatalog) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(id), "summary": .string(summary), "tags": .array([.string(tag)]),
            "description": .string(access.description),
            "security": .array(access.isOpen ? [] : ["bearer", "cookie"].map { .object([$0: .array([])]) }),
        ]
        if !parameters.isEmpty { members["parameters"] = .array(parameters.map(\.json)) }
        if let body {
            members["requestBody"] = .object([
                "required": .bool(true),
                "content": .object([WireJSON.mediaType: .object(["schema": catalog.request(body).json])]),
            ])
        }
        var responses: [String: JSONValue] = [:]
        for answer in answers + host.answersOfAny { responses[String(answer.status)] = answer.json(on: host, &catalog) }
        for refusal in allRefusals(on: host) { responses[String(refusal.rawValue)] = refusal.reference }
        members["responses"] = .object(responses)
        return .object(members)
    }

    // MARK: - Private

    /// What follows `/api/`.
    private var tag: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? path }

    private func allRefusals(on host: APIDocument.Host) -> Set<Refusal> {
        var all = Set(Refusal.ofAny + host.refusalsOfAny + refusals)
        if !access.isOpen { all.formUnion([.unauthorized, .forbidden]) }
        if parameters.contains(where: { $0.place == .path }) { all.insert(.notFound) }
        if body != nil { all.insert(.unsupportedMediaType) }
        return all
    }

    /// The parameters in braces, in their order; those not known are ids.
    private static func pathParameters(_ path: String, known: [Parameter]) -> [Parameter] {
        path.split(separator: "/").filter { $0.first == "{" && $0.last == "}" }.map { part in
            let name = part.dropFirst().dropLast()
            return known.first { $0.place == .path && $0.name == name }
                ?? Parameter(String(name), in: .path, isRequired: true, Schema(TenantID.shape), "Its id.")
        }
    }
}

extension Operation.Access {
    var isOpen: Bool {
        if case .anyone = self { true } else { false }
    }

    var description: String {
        switch self {
        case .anyone: "For anyone."
        case .signedIn: "For everybody who is signed in."
        case .administrators: "For administrators of the workspace."
        case .superAdmins: "For super admins."
        case .some(let people): "For \(people)."
        }
    }
}
