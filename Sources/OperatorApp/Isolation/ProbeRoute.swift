import HubWire
import NIOHTTP1
import Topology

/// A route of a tenant's host, as its published description tells it.
struct ProbeRoute: Sendable {
    let method: HTTPMethod
    /// With the names of its parameters in braces.
    let path: String
    /// Whether it serves people who are not signed in.
    let isOpen: Bool
    /// The query's parameters that take an id, or a text to search for.
    let filters: [(name: String, takesID: Bool)]
    /// What it can answer with.
    let mediaTypes: [String]
    /// The members of its body: those that take an id, and a valid value of all the others.
    let body: (references: [String], example: [String: JSONValue])?

    var name: String { "\(method) \(path)" }

    var parameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    var isStream: Bool { mediaTypes.contains("text/event-stream") }

    /// The path with the ids of a canary's objects; a parameter nobody has an object for gets `otherwise`.
    func path(_ objects: [String: String], otherwise: String) -> String {
        parameters.reduce(path) { $0.replacing("{\($1)}", with: objects[$1] ?? otherwise) }
    }
}

extension ProbeRoute {
    /// Reads every route of an OpenAPI 3.1 document.
    ///
    /// - Throws: ``OperatorError`` when there is none.
    static func all(in document: JSONValue) throws(OperatorError) -> [ProbeRoute] {
        let routes = document.at("paths").entries.flatMap { path, methods in
            methods.entries.map { ProbeRoute(HTTPMethod(rawValue: $0.key.uppercased()), path, $0.value, document) }
        }
        guard !routes.isEmpty else { throw OperatorError(.failed, "the description of the API names no route") }
        return routes.sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }
    }

    // MARK: - Private

    private init(_ method: HTTPMethod, _ path: String, _ operation: JSONValue, _ document: JSONValue) {
        self.method = method
        self.path = path
        if case .array(let schemes)? = operation.at("security"), schemes.isEmpty {
            isOpen = true
        } else {
            isOpen = false
        }
        filters = operation.at("parameters").elements.filter { $0.at("in") == .string("query") }.compactMap {
            parameter in
            guard case .string(let name)? = parameter.at("name") else { return nil }
            if parameter.at("schema").accepts(format: "uuid", in: document) { return (name, true) }
            return name == "search" ? (name, false) : nil
        }
        let answers = operation.at("responses").entries.filter { $0.key.hasPrefix("2") }
        mediaTypes = answers.values.flatMap { $0.at("content").entries.keys }.sorted()
        guard let schema = operation.at("requestBody")?.at("content")?.at(WireJSON.mediaType)?.at("schema") else {
            body = nil
            return
        }
        let members = schema.resolved(in: document).at("properties").entries
        let references = members.filter { Optional($0.value).accepts(format: "uuid", in: document) }.map(\.key)
        let others = members.filter { !references.contains($0.key) }
        body = (references.sorted(), others.mapValues { $0.resolved(in: document).example })
    }
}

extension JSONValue {
    var entries: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    var elements: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    func at(_ member: String) -> JSONValue? { entries[member] }

    /// What a `$ref` leads to.
    fileprivate func resolved(in document: JSONValue) -> JSONValue {
        guard case .string(let reference)? = at("$ref") else { return self }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0.at(String($1)) ?? .null }
    }

    /// A value that fits the schema, as far as it is one of this API's.
    fileprivate var example: JSONValue {
        if let first = at("enum").elements.first { return first }
        let types = at("type").map { $0.elements.isEmpty ? [$0] : $0.elements } ?? []
        switch types.first {
        case .string("integer"), .string("number"): return at("minimum") ?? .integer(1)
        case .string("boolean"): return .bool(false)
        case .string("string"):
            switch at("format") {
            case .string("date-time"): return .string("2030-01-01T00:00:00Z")
            case .string("email"): return .string("nobody@isolation.invalid")
            default: return .string("isolation check")
            }
        default: return .null
        }
    }
}

extension JSONValue? {
    var entries: [String: JSONValue] { self?.entries ?? [:] }

    var elements: [JSONValue] { self?.elements ?? [] }

    func at(_ member: String) -> JSONValue? { entries[member] }

    /// Whether the schema, or one of its alternatives, is a text of this format.
    fileprivate func accepts(format: String, in document: JSONValue) -> Bool {
        guard let schema = self?.resolved(in: document) else { return false }
        return schema.at("format") == .string(format)
            || schema.at("anyOf").elements.contains { Optional($0).accepts(format: format, in: document) }
    }
}
