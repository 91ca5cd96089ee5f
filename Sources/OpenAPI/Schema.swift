package import HubWire

/// A JSON Schema of OpenAPI 3.1 (draft 2020-12).
package struct Schema: Hashable, Sendable {
    package let json: JSONValue

    package init(_ members: [String: JSONValue]) {
        json = .object(members)
    }
}

extension Schema {
    /// Whatever JSON there is.
    package static let anything = Schema([:])
    package static let text = Schema(["type": .string("string")])
    package static let boolean = Schema(["type": .string("boolean")])
    package static let number = Schema(["type": .string("number")])
    package static let whole = Schema(["type": .string("integer")])

    package static func choice(_ values: [String]) -> Schema {
        Schema(["type": .string("string"), "enum": .array(values.map(JSONValue.string))])
    }

    package static func list(of items: Schema) -> Schema {
        Schema(["type": .string("array"), "items": items.json])
    }

    /// An object of any names, whose values are alike.
    package static func map(of values: Schema) -> Schema {
        Schema(["type": .string("object"), "additionalProperties": values.json])
    }

    /// An object of these members and no others.
    package static func object(_ members: [String: Schema], required: [String]) -> Schema {
        Schema([
            "type": .string("object"),
            "properties": .object(members.mapValues(\.json)),
            "required": .array(required.map(JSONValue.string)),
            "additionalProperties": .bool(false),
        ])
    }

    /// A Server-Sent Event whose data is JSON.
    static func event(_ name: String, data: Schema) -> Schema {
        let members: [String: Schema] = [
            "event": .choice([name]), "id": .text, "retry": .whole,
            "data": Schema([
                "type": .string("string"), "contentMediaType": .string(WireJSON.mediaType), "contentSchema": data.json,
            ]),
        ]
        return .object(members, required: ["event", "data"])
    }

    /// A schema among the document's components.
    package static func component(_ name: String) -> Schema {
        Schema(["$ref": .string("#/components/schemas/\(name)")])
    }

    package init(_ shape: ValueShape) {
        var members: [String: JSONValue]
        switch shape.kind {
        case .text(let lengths, let pattern, let format):
            members = ["type": .string("string")]
            if let lengths {
                if lengths.lowerBound > 0 { members["minLength"] = .integer(Int64(lengths.lowerBound)) }
                members["maxLength"] = .integer(Int64(lengths.upperBound))
            }
            members["pattern"] = pattern.map(JSONValue.string)
            members["format"] = format.map(JSONValue.string)
        case .choice(let values):
            members = ["type": .string("string"), "enum": .array(values.map(JSONValue.string))]
        case .whole(let range):
            members = [
                "type": .string("integer"), "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ]
        case .flag:
            members = ["type": .string("boolean")]
        }
        members["description"] = shape.note.map(JSONValue.string)
        self.init(members)
    }

    /// The same value, or null.
    package var orNull: Schema {
        guard case .object(var members) = json, case .string(let type)? = members["type"] else {
            return Schema(["anyOf": .array([json, .object(["type": .string("null")])])])
        }
        members["type"] = .array([.string(type), .string("null")])
        if case .array(let values)? = members["enum"] { members["enum"] = .array(values + [.null]) }
        return Schema(members)
    }

    package func with(_ name: String, _ value: JSONValue) -> Schema {
        guard case .object(var members) = json else { return self }
        members[name] = value
        return Schema(members)
    }
}
