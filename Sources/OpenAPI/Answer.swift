import HubWire

/// What an operation answers when it does what it was asked.
package struct Answer {
    /// Gives the schema of a body, whose components go into the catalog.
    typealias Body = (_ catalog: inout SchemaCatalog) -> Schema

    let status: Int
    let description: String
    /// By media type; empty when there is no body.
    let bodies: [String: Body]
    let fields: [HeaderField]

    init(_ status: Int, _ description: String, _ bodies: [String: Body] = [:], fields: [HeaderField] = []) {
        self.status = status
        self.description = description
        self.bodies = bodies
        self.fields = fields
    }
}

extension Answer {
    /// 200 with a value that has no entity tag.
    ///
    /// - Parameter also: media types of texts that tell the same, when they are asked for.
    package static func value(
        _ type: any Decodable.Type,
        _ description: String,
        also texts: [String] = [],
        fields: [HeaderField] = []
    ) -> Answer {
        let bodies = texts.map { mediaType -> (String, Body) in (mediaType, { _ in .text }) }
        return Answer(
            200,
            description,
            Dictionary(bodies + [(WireJSON.mediaType, { $0.answer(type) })]) { first, _ in first },
            fields: fields
        )
    }

    /// 200 with a single object and its entity tag.
    package static func object(_ type: any Decodable.Type) -> Answer {
        Answer(200, "The object as it is now.", [WireJSON.mediaType: { $0.answer(type) }], fields: [.entityTag])
    }

    /// 200 with a part of a list.
    ///
    /// - Parameter also: media types of the same list as one stream, when `Accept` asks for one.
    package static func page<Item>(of type: Item.Type, also streams: [String] = []) -> Answer
    where Item: Codable & Hashable & Sendable {
        let texts = streams.map { mediaType -> (String, Body) in (mediaType, { _ in .text }) }
        return Answer(
            200,
            "A part of the list.",
            Dictionary(texts + [(WireJSON.mediaType, { $0.answer(Page<Item>.self) })]) { first, _ in first },
            fields: [.link]
        )
    }

    /// 201 with what was made.
    package static func created(
        _ type: any Decodable.Type,
        location: Bool = true,
        fields: [HeaderField] = [.entityTag, .replayed]
    ) -> Answer {
        Answer(
            201,
            "What was made.",
            [WireJSON.mediaType: { $0.answer(type) }],
            fields: (location ? [.location] : []) + fields
        )
    }

    package static func noContent(_ description: String, fields: [HeaderField] = []) -> Answer {
        Answer(204, description, fields: fields)
    }

    /// 200 with a stream of Server-Sent Events, which goes on until one side ends it; the schema is that of each event.
    ///
    /// - Parameter events: the types of the events' data by the events' names.
    package static func events(_ mediaType: String, _ events: KeyValuePairs<String, any Decodable.Type>) -> Answer {
        Answer(
            200,
            "A stream of \(events.map { "`\($0.key)`" }.joined(separator: " and ")) events.",
            [
                mediaType: { catalog in
                    Schema(["oneOf": .array(events.map { Schema.event($0.key, data: catalog.answer($0.value)).json })])
                }
            ]
        )
    }

    static var document: Answer {
        Answer(200, "This document.", [WireJSON.mediaType: { _ in .map(of: .anything) }], fields: [.entityTag])
    }

    static var notModified: Answer { Answer(304, "The client has it already.", fields: [.entityTag]) }

    static var renamed: Answer { Answer(308, "The workspace has another name now.", fields: [.location]) }

    /// - Parameters:
    ///   - host: the kind of host that answers.
    ///   - catalog: gets the components of the bodies.
    func json(on host: APIDocument.Host, _ catalog: inout SchemaCatalog) -> JSONValue {
        var members: [String: JSONValue] = ["description": .string(description)]
        var content: [String: JSONValue] = [:]
        for (mediaType, body) in bodies {
            content[mediaType] = .object(["schema": body(&catalog).json])
        }
        if !content.isEmpty { members["content"] = .object(content) }
        members["headers"] = .references(host.fieldsOfAny + fields)
        return .object(members)
    }
}
