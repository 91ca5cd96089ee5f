/// What one type asked a ``SchemaDecoder`` for.
final class SchemaRecorder {
    private enum Kind {
        case value(Schema)
        case object
        case map
        case list
    }

    var catalog: SchemaCatalog
    private var kind = Kind.value(.anything)
    private var members: [String: Schema] = [:]
    private var optional: Set<String> = []
    private var nullable: Set<String> = []

    init(_ catalog: SchemaCatalog) {
        self.catalog = catalog
    }

    var isObject: Bool {
        if case .object = kind { true } else { false }
    }

    var schema: Schema {
        let members = members.reduce(into: self.members) { members, member in
            if nullable.contains(member.key) { members[member.key] = member.value.orNull }
        }
        return switch kind {
        case .value(let schema): schema
        case .object: .object(members, required: members.keys.filter { !optional.contains($0) }.sorted())
        case .map: .map(of: members.values.first ?? .anything)
        case .list: .list(of: members.values.first ?? .anything)
        }
    }

    func beginObject() { kind = .object }

    /// The type wants to know which names there are: any will do.
    func beginMap() { kind = .map }

    func beginList() { kind = .list }

    func mayBeAbsent(_ member: String) { optional.insert(member) }

    func mayBeNull(_ member: String) { nullable.insert(member) }

    /// The type itself is such a value.
    func sample<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let sample = SchemaCatalog.sample(of: type, &catalog)
        kind = .value(sample.schema)
        return try cast(sample.value)
    }

    func sample<Value: Decodable>(_ type: Value.Type, member: String) throws -> Value {
        let sample = SchemaCatalog.sample(of: type, &catalog)
        members[member] = sample.schema
        return try cast(sample.value)
    }

    // MARK: - Private

    private func cast<Value>(_ value: any Decodable) throws -> Value {
        guard let value = value as? Value else {
            throw DecodingError.typeMismatch(Value.self, .init(codingPath: [], debugDescription: "not a wire type"))
        }
        return value
    }
}
