import FoundationEssentials
package import HubWire
package import NIOHTTP1

/// What a process answered.
package struct WebAnswer: Sendable {
    package let status: Int
    package let fields: HTTPHeaders
    package let body: [UInt8]
    /// From the request to the end of the answer.
    package let elapsed: Duration

    package var text: String { String(decoding: body, as: UTF8.self) }

    package subscript(_ field: String) -> String? { fields.first(name: field) }

    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body))
    }

    /// The body as a problem document.
    package var problem: Problem {
        get throws { try decode(Problem.self) }
    }

    /// The names of the fields that a 400 complains about.
    package var wrongFields: [String] {
        get throws { try problem.errors?.map(\.field).sorted() ?? [] }
    }

    /// The token in the session cookie.
    package var cookie: String? {
        self["set-cookie"].map { String($0.prefix { $0 != ";" }) }
    }
}
