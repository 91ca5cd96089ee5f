import HubWire

/// A header field of an answer.
package struct HeaderField: Hashable, Sendable {
    package let name: String
    package let isRequired: Bool
    package let description: String
    package let schema: Schema

    package init(_ name: String, isRequired: Bool = true, _ description: String, schema: Schema = .text) {
        self.name = name
        self.isRequired = isRequired
        self.description = description
        self.schema = schema
    }

    /// Its name among the document's components.
    var component: String { name.filter { $0 != "-" } }

    var reference: JSONValue { .object(["$ref": .string("#/components/headers/\(component)")]) }

    var json: JSONValue {
        .object(["required": .bool(isRequired), "description": .string(description), "schema": schema.json])
    }
}

extension HeaderField {
    package static let requestID = HeaderField("X-Request-Id", "By which the request is found in every log.")
    package static let entityTag = HeaderField(
        "ETag",
        "Names this state of the object, for If-Match and If-None-Match."
    )
    package static let location = HeaderField(
        "Location",
        "Where the object is.",
        schema: Schema(ValueShape(.text(format: "uri-reference")))
    )
    package static let link = HeaderField(
        "Link",
        isRequired: false,
        "Leads to the next and previous parts of the list (RFC 8288), where there are such."
    )
    package static let retryAfter = HeaderField(
        "Retry-After",
        "After so many seconds it makes sense to try again.",
        schema: Schema(["type": .string("integer"), "minimum": .integer(0)])
    )
    package static let authenticate = HeaderField("WWW-Authenticate", "The scheme to authenticate with.")
    package static let cookie = HeaderField("Set-Cookie", "The session cookie, for browsers.")
    package static let replayed = HeaderField(
        "Idempotent-Replayed",
        isRequired: false,
        "On an answer that was kept from an earlier request with the same Idempotency-Key.",
        schema: .choice(["true"])
    )

    static let all = [requestID, entityTag, location, link, retryAfter, authenticate, cookie, replayed]
}
