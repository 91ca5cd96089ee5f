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

    package static let rateLimit = HeaderField(
        "RateLimit",
        isRequired: false,
        "The requests `r` that are left to the client and to the workspace, and the seconds `t` until all are there again.",
        schema: Schema(
            ValueShape(.text(pattern: #"^"client";r=[0-9]+;t=[0-9]+(, "tenant";r=[0-9]+;t=[0-9]+)?$"#))
        )
    )
    package static let rateLimitPolicy = HeaderField(
        "RateLimit-Policy",
        isRequired: false,
        "The quota `q` of requests of each policy and its window `w` in seconds.",
        schema: Schema(ValueShape(.text(pattern: #"^"client";q=[0-9]+;w=[0-9]+, "tenant";q=[0-9]+;w=[0-9]+$"#)))
    )

    static let all = [
        requestID, entityTag, location, link, retryAfter, authenticate, cookie, replayed, rateLimit,
        rateLimitPolicy,
    ]
}

extension JSONValue {
    /// The fields of an answer, as references to the document's components.
    static func references(_ fields: [HeaderField]) -> JSONValue {
        .object(Dictionary(fields.map { ($0.name, $0.reference) }) { first, _ in first })
    }
}
