/// A request whose members are wrong, with every one of them named.
package struct InvalidRequest: Error, Hashable, CustomStringConvertible {
    package let errors: [FieldError]

    package init(errors: [FieldError]) {
        self.errors = errors
    }

    package var description: String {
        errors.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
    }
}

extension InvalidRequest {
    /// The same complaint about the member that a decoder stopped at.
    package init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(context.codingPath + [key], "is required")
        case .valueNotFound(_, let context):
            self.init(context.codingPath, "must not be null")
        case .typeMismatch(let type, let context):
            self.init(context.codingPath, "must be \(JSONKind.expected(for: type))")
        case .dataCorrupted(let context):
            let isMember = !context.codingPath.isEmpty
            self.init(context.codingPath, isMember ? "is malformed: \(context.debugDescription)" : "is not valid JSON")
        @unknown default:
            self.init([], "is not acceptable")
        }
    }

    // MARK: - Private

    private init(_ path: [any CodingKey], _ message: String) {
        let field = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined().drop {
            $0 == "."
        }
        self.init(errors: [FieldError(field: field.isEmpty ? "body" : String(field), message: message)])
    }
}
