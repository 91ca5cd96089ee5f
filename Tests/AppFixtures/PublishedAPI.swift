package import HubWeb
package import HubWire
import OpenAPI

/// A description of an API as a client reads it, from its bytes alone.
package struct PublishedAPI: Sendable {
    private struct Operation {
        let name: String
        let method: String
        let path: String
        let json: JSONValue
    }

    private let document: JSONValue

    /// - Throws: `InvalidRequest` when the bytes are no JSON.
    package init(json: [UInt8]) throws {
        document = try WireJSON.decode(JSONValue.self, from: json)
    }

    /// What is wrong with it as a description of these routes: an operation without its route, or the other way round.
    ///
    /// Of the routes it covers those under `/api/`. A HEAD that the server derives from a GET is not described; one without
    /// its GET would be.
    package func differences(from routes: [RouteName]) -> [String] {
        let gets = Set(routes.filter { $0.method == "GET" }.map(\.path))
        let served = routes.filter { route in
            APIDocument.covers(path: route.path) && !(route.method == "HEAD" && gets.contains(route.path))
        }
        let (names, described) = (Set(served.map(\.description)), Set(operations.map(\.name)))
        return names.subtracting(described).sorted().map { "\($0) is served and not described" }
            + described.subtracting(names).sorted().map { "\($0) is described and not served" }
    }

    /// The operations, as `METHOD path`, for which somebody has to be signed in.
    package var guarded: Set<String> {
        Set(operations.filter { $0.json["security"]?.items.isEmpty == false }.map(\.name))
    }

    /// What breaks the rules of OpenAPI 3.1, or of this project.
    package var faults: [String] {
        var faults = document["openapi"] == .string("3.1.0") ? [] : ["it is not OpenAPI 3.1"]
        faults += references(in: document).filter { resolve($0) == nil }.map { "\($0) leads nowhere" }
        let ids = operations.map { $0.json["operationId"]?.text ?? "" }
        if Set(ids).count != ids.count || ids.contains("") { faults.append("an operationId is missing or used twice") }
        for operation in operations { faults += self.faults(of: operation).map { "\(operation.name): \($0)" } }
        return faults
    }

    // MARK: - Private

    private var operations: [Operation] {
        (document["paths"]?.members ?? [:]).flatMap { path, methods in
            methods.members.map { method, json in
                Operation(name: "\(method.uppercased()) \(path)", method: method, path: path, json: json)
            }
        }
    }

    private func faults(of operation: Operation) -> [String] {
        var faults: [String] = []
        let parameters = operation.json["parameters"]?.items ?? []
        let declared = parameters.filter { $0["in"] == .string("path") && $0["required"] == .bool(true) }
        let inPath = operation.path.split(separator: "/").filter { $0.first == "{" }.map { $0.dropFirst().dropLast() }
        if inPath.sorted() != declared.compactMap({ $0["name"]?.text?[...] }).sorted() {
            faults.append("its path's parameters are not those declared")
        }
        if parameters.contains(where: { $0["schema"] == nil }) { faults.append("a parameter has no schema") }
        let hasBody = operation.json["requestBody"] != nil
        if hasBody, operation.method == "get" || operation.method == "delete" { faults.append("it has a body") }
        let responses = operation.json["responses"]?.members ?? [:]
        if !responses.keys.contains(where: { $0.hasPrefix("2") }) { faults.append("it cannot succeed") }
        if responses["500"] != nil || responses["default"] != nil { faults.append("it excuses what must not happen") }
        for (status, response) in responses {
            let response = response["$ref"]?.text.map { resolve($0) ?? .null } ?? response
            let content = response["content"]?.members ?? [:]
            if content.isEmpty != ["204", "304", "308"].contains(status) { faults.append("\(status): content") }
            if content.values.contains(where: { $0["schema"] == nil }) { faults.append("\(status) has no schema") }
            if response["headers"]?["X-Request-Id"] == nil { faults.append("\(status) has no request id") }
        }
        return faults
    }

    private func references(in json: JSONValue) -> [String] {
        let own = json["$ref"]?.text.map { [$0] } ?? []
        return own + (Array(json.members.values) + json.items).flatMap(references)
    }

    private func resolve(_ reference: String) -> JSONValue? {
        reference.split(separator: "/").dropFirst().reduce(document as JSONValue?) { json, name in
            json?[String(name)]
        }
    }
}

extension JSONValue {
    package subscript(_ member: String) -> JSONValue? { members[member] }

    package var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    package var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
