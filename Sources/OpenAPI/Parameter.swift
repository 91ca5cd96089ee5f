package import HubWire

/// A parameter of an operation, in the query or among the header fields.
package struct Parameter: Hashable, Sendable {
    package enum Place: String, Sendable {
        case path
        case query
        case header
    }

    package let name: String
    package let place: Place
    package let isRequired: Bool
    package let description: String
    package let schema: Schema

    package init(
        _ name: String,
        in place: Place,
        isRequired: Bool = false,
        _ schema: Schema,
        _ description: String
    ) {
        self.name = name
        self.place = place
        self.isRequired = isRequired
        self.schema = schema
        self.description = description
    }

    var json: JSONValue {
        .object([
            "name": .string(name), "in": .string(place.rawValue), "required": .bool(isRequired),
            "description": .string(description), "schema": schema.json,
        ])
    }
}

extension Parameter {
    /// A filter of a list, one of an enumeration's values.
    package static func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ name: String,
        _ type: Choice.Type,
        _ description: String
    ) -> Parameter {
        Parameter(name, in: .query, .choice(type.allCases.map(\.rawValue)), description)
    }

    /// A filter of a list that is the text form of a value.
    package static func value(_ name: String, _ type: any WireText.Type, _ description: String) -> Parameter {
        Parameter(name, in: .query, Schema(type.shape), description)
    }

    package static func flag(_ name: String, _ description: String) -> Parameter {
        Parameter(name, in: .query, .boolean, description)
    }

    /// - Parameter longest: in characters.
    package static func search(longest: Int, _ description: String) -> Parameter {
        let shape = ValueShape(.text(lengths: 0...longest, pattern: #"^[^\u0000]*$"#))
        return Parameter("search", in: .query, Schema(shape), description)
    }

    /// Which part of a list is wanted.
    static let page: [Parameter] = [
        Parameter(
            "limit",
            in: .query,
            Schema(.whole(PageRequest.allowedLimits)).with("default", .integer(Int64(PageRequest.defaultLimit))),
            "At most so many items."
        ),
        Parameter(
            "offset",
            in: .query,
            Schema(.whole(PageRequest.allowedOffsets)).with("default", .integer(0)),
            "So many items are skipped first."
        ),
    ]

    static let ifNoneMatch = Parameter(
        "If-None-Match",
        in: .header,
        .text,
        "The ETag of what the client has: when it is still the same, the answer is 304 without a body."
    )

    static let ifMatch = Parameter(
        "If-Match",
        in: .header,
        .text,
        "The ETag of what the client knows: when the object is another by now, the answer is 412 and nothing is done."
    )

    static let idempotencyKey = Parameter(
        "Idempotency-Key",
        in: .header,
        Schema(IdempotencyKeyForm.shape),
        "The same request with the same key gets the answer of the first time for 24 hours."
    )
}
