import Yams

/// One mapping of the file, which knows where it stands, so that every complaint can say so.
struct TopologySection {
    private struct Entry {
        let key: String
        let line: Int?
        let value: Node
    }

    let file: String
    let path: String
    let line: Int?
    private let entries: [Entry]
    private let variables: VariableSubstitution

    /// Reads a mapping whose keys are all among `keys`; any names when that is nil.
    init(
        _ node: Node,
        file: String,
        path: String,
        line: Int?,
        keys: [String]?,
        variables: VariableSubstitution
    ) throws(TopologyError) {
        self.file = file
        self.path = path
        self.line = line
        self.variables = variables
        guard case .mapping(let mapping) = node else {
            let what = keys.map { "a mapping with \($0.joinedAsList())" } ?? "a mapping"
            throw TopologyError(
                code: .wrongType,
                file: file,
                line: line,
                key: path,
                message: "expected \(what), found \(node.kind)"
            )
        }
        entries = mapping.map {
            Entry(key: $0.key.scalar?.string ?? $0.key.kind, line: $0.key.mark?.line, value: $0.value)
        }
        for entry in entries { try check(entry, keys: keys) }
    }

    // MARK: Scalars

    func required<Value>(_ key: String, _ rule: ScalarRule<Value>) throws(TopologyError) -> Value {
        guard let value = try optional(key, rule) else { throw missing(key, rule.expectation) }
        return value
    }

    func optional<Value>(_ key: String, _ rule: ScalarRule<Value>) throws(TopologyError) -> Value? {
        guard let entry = entry(key) else { return nil }
        return try read(entry.value, path(to: key), entry.line, rule)
    }

    /// A list of at least one scalar; a single scalar counts as a list of one, or of several with commas between, as libpq
    /// takes hosts.
    func list<Value>(_ key: String, _ rule: ScalarRule<Value>) throws(TopologyError) -> [Value] {
        guard let entry = entry(key) else { throw missing(key, "a list, each item \(rule.expectation)") }
        guard case .sequence(let items) = entry.value else {
            return try read(entry.value, path(to: key), entry.line, rule.several)
        }
        guard !items.isEmpty else {
            throw error(.invalidValue, key, "expected at least one item, each \(rule.expectation), found an empty list")
        }
        var values: [Value] = []
        for (index, item) in items.enumerated() {
            values.append(try read(item, "\(path(to: key))[\(index)]", item.mark?.line ?? entry.line, rule))
        }
        return values
    }

    // MARK: Mappings

    /// The mapping at the key; nil when the key is absent or holds nothing.
    func section(_ key: String, keys: [String]?) throws(TopologyError) -> TopologySection? {
        guard let entry = entry(key), !entry.value.isNull else { return nil }
        return try section(entry, keys: keys)
    }

    /// Every entry of the mapping at the key, itself a mapping, under its name.
    /// - Parameter name: what the names must be.
    func named<Name>(
        _ key: String,
        _ name: ScalarRule<Name>,
        keys: [String]
    ) throws(TopologyError) -> [(name: Name, section: TopologySection)] {
        guard let group = try section(key, keys: nil), !group.entries.isEmpty else {
            throw missing(key, "a mapping of at least one name to \(keys.joinedAsList())")
        }
        var found: [(Name, TopologySection)] = []
        for entry in group.entries {
            guard let value = name.read(entry.key) else {
                throw group.error(
                    .invalidValue,
                    entry.key,
                    "expected \(name.expectation) as the name, found '\(entry.key)'"
                )
            }
            found.append((value, try group.section(entry, keys: keys)))
        }
        return found
    }

    // MARK: Complaints

    /// A complaint about one of the keys, or about the mapping itself when nil.
    func error(_ code: TopologyError.Code, _ key: String?, _ message: String) -> TopologyError {
        let place = key.flatMap { entry($0)?.line } ?? line
        return TopologyError(code: code, file: file, line: place, key: key.map(path(to:)) ?? path, message: message)
    }

    // MARK: - Private

    private func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }

    private func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func missing(_ key: String, _ expectation: String) -> TopologyError {
        error(.missingKey, key, "expected \(expectation), found nothing")
    }

    private func section(_ entry: Entry, keys: [String]?) throws(TopologyError) -> TopologySection {
        try TopologySection(
            entry.value,
            file: file,
            path: path(to: entry.key),
            line: entry.line,
            keys: keys,
            variables: variables
        )
    }

    private func check(_ entry: Entry, keys: [String]?) throws(TopologyError) {
        guard let keys, !keys.contains(entry.key) else { return }
        let hint = Spelling.nearest(to: entry.key, among: keys).map { "; did you mean '\($0)'?" } ?? ""
        let message = "expected one of the keys \(keys.joinedAsAlternatives()), found '\(entry.key)'\(hint)"
        throw error(.unknownKey, entry.key, message)
    }

    private func read<Value>(
        _ node: Node,
        _ path: String,
        _ line: Int?,
        _ rule: ScalarRule<Value>
    ) throws(TopologyError) -> Value {
        func failure(_ code: TopologyError.Code, _ found: String) -> TopologyError {
            let message = "expected \(rule.expectation), found \(found)"
            return TopologyError(code: code, file: file, line: line, key: path, message: message)
        }
        guard case .scalar(let scalar) = node, !node.isNull else {
            throw failure(node.isNull ? .missingKey : .wrongType, node.kind)
        }
        let text: String
        do throws(VariableSubstitution.Failure) {
            text = try variables.apply(to: scalar.string)
        } catch {
            switch error {
            case .unset(let name):
                throw failure(.unsetVariable, "${\(name)}, and the environment has no \(name)")
            case .malformed:
                let form = "a variable is not of the form ${NAME} or ${NAME:-default}"
                throw failure(.invalidValue, "'\(scalar.string)', where \(form)")
            }
        }
        guard let value = rule.read(text) else {
            let origin = text == scalar.string ? "" : " (from '\(scalar.string)')"
            throw failure(.invalidValue, "'\(text)'\(origin)")
        }
        return value
    }
}

extension Node {
    /// An absent value, as `key:` or `key: ~` give.
    fileprivate var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    fileprivate var kind: String {
        switch self {
        case .scalar(let scalar): isNull ? "nothing" : "'\(scalar.string)'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

extension Sequence<String> {
    /// `a`, `a and b`, `a, b and c`.
    fileprivate func joinedAsList() -> String {
        let items = Array(self)
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }
}
