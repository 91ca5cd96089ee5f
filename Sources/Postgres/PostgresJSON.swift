/// A JSON document as text, bound as `jsonb` and read from `json` or `jsonb`.
package struct PostgresJSON: Sendable, Hashable {
    /// The document.
    package let text: String

    package init(text: String) {
        self.text = text
    }
}

extension PostgresJSON: PostgresEncodable {
    package static var postgresType: PostgresType { .jsonb }

    package func encode(into bytes: inout [UInt8]) {
        // The version of the binary form
        bytes.append(1)
        bytes.append(contentsOf: text.utf8)
    }
}

extension PostgresJSON: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let text = String(postgresText: text) else { return nil }
        self.init(text: text)
    }
}
