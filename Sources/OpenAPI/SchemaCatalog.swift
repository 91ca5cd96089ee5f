import FoundationEssentials
import HubWire

/// Derives the schemas of the wire's types from the types themselves, and gathers those that have a name.
///
/// What a type is like is found by decoding one from a decoder that takes down what it is asked for; so an answer's schema
/// is exactly what the answer's type reads and writes.
package struct SchemaCatalog {
    /// The document's components, by name.
    package private(set) var components: [String: Schema] = [:]

    package init() {}

    /// The schema of an answer's type: a reference, when it is a component.
    package mutating func answer(_ type: any Decodable.Type) -> Schema {
        SchemaCatalog.sample(of: type, &self).schema
    }

    /// The schema of a request's type, always a reference.
    package mutating func request(_ type: any Decodable.Type) -> Schema {
        let members = RequestShape(of: type).members
        let properties = members.map { member in
            let schema = Schema(member.shape)
            return (member.name, member.isNullable ? schema.orNull : schema)
        }
        let schema = Schema.object(
            Dictionary(properties) { first, _ in first },
            required: members.filter(\.isRequired).map(\.name)
        )
        return add(schema, as: SchemaCatalog.name(of: type))
    }

    // MARK: - Deriving

    struct Sample {
        let schema: Schema
        let value: any Decodable
    }

    /// A value of the type, and the schema that it was made by.
    static func sample(of type: any Decodable.Type, _ catalog: inout SchemaCatalog) -> Sample {
        if let known = known(type) { return known }
        let recorder = SchemaRecorder(catalog)
        let value: any Decodable
        do {
            value = try type.init(from: SchemaDecoder(recorder: recorder))
        } catch {
            preconditionFailure(
                "\(type) is no type of the wire: make it WireText, or a struct of such types (\(error))"
            )
        }
        catalog = recorder.catalog
        guard recorder.isObject else { return Sample(schema: recorder.schema, value: value) }
        return Sample(schema: catalog.add(recorder.schema, as: name(of: type)), value: value)
    }

    // MARK: - Private

    private mutating func add(_ schema: Schema, as name: String) -> Schema {
        if let other = components.updateValue(schema, forKey: name) {
            precondition(other == schema, "two types of the wire are called \(name)")
        }
        return .component(name)
    }

    /// The types that are taken as they are.
    private static func known(_ type: any Decodable.Type) -> Sample? {
        switch type {
        case is String.Type: return Sample(schema: .text, value: "")
        case is Bool.Type: return Sample(schema: .boolean, value: false)
        case is Double.Type: return Sample(schema: .number, value: 0.0)
        case is Int.Type: return Sample(schema: .whole, value: 0)
        case is Int64.Type: return Sample(schema: .whole, value: Int64(0))
        case is JSONValue.Type: return Sample(schema: .anything, value: JSONValue.null)
        case is UUID.Type: return Sample(schema: Schema(ValueShape(.text(format: "uuid"))), value: UUID())
        case let type as any (WireText & Decodable).Type: return text(type)
        case let type as any (CaseIterable & RawRepresentable & Decodable).Type: return choice(type)
        default: return nil
        }
    }

    private static func text<Value: WireText & Decodable>(_ type: Value.Type) -> Sample? {
        Value(Value.example).map { Sample(schema: Schema(Value.shape), value: $0) }
    }

    private static func choice<Value: CaseIterable & RawRepresentable & Decodable>(_ type: Value.Type) -> Sample? {
        let names = type.allCases.compactMap { $0.rawValue as? String }
        guard names.count == type.allCases.count, let first = type.allCases.first else { return nil }
        return Sample(schema: .choice(names), value: first)
    }

    /// `ProjectView` is called `Project`, and `Page<ProjectView>` is a `ProjectPage`.
    private static func name(of type: any Any.Type) -> String {
        let words = String(describing: type).split { !$0.isLetter && !$0.isNumber }
        return words.reversed().map { $0.hasSuffix("View") ? String($0.dropLast(4)) : String($0) }.joined()
    }
}
