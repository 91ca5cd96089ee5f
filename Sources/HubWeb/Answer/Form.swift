package import HubWire
import Hummingbird

/// A form as a browser sends it (`application/x-www-form-urlencoded`), for pages that need no script.
package struct Form: Sendable {
    /// What was typed, without the fields left empty.
    package let fields: [String: String]

    /// - Throws: `InvalidRequest` when the text is no form.
    package init(encoded text: String) throws(InvalidRequest) {
        do {
            let fields = try URLEncodedFormDecoder().decode([String: String].self, from: text)
            self.fields = fields.filter { !$0.value.isEmpty }
        } catch {
            throw InvalidRequest(errors: [
                FieldError(field: "body", message: "must be a form of names with one value each")
            ])
        }
    }

    package subscript(_ field: String) -> String { fields[field] ?? "" }

    /// The form's fields as the request a script would have sent in JSON, checked by the same rules.
    ///
    /// - Parameter names: fields that are for the page alone.
    package func decode<Value: Decodable>(_ type: Value.Type, without names: Set<String> = []) throws -> Value {
        try WireJSON.decode(type, from: WireJSON.encode(fields.filter { !names.contains($0.key) }))
    }
}
