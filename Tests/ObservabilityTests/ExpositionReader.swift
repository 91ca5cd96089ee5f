/// Reads Prometheus's text format as its specification says, and nothing more lenient.
struct ExpositionReader {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: String
    }

    struct Failure: Error {
        let line: String
    }

    private(set) var samples: [Sample] = []
    private(set) var types: [String: String] = [:]
    private(set) var help: [String: String] = [:]

    init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Failure(line: "no line break at the end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { try read(String(line)) }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> String? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    // MARK: - Private

    private mutating func read(_ line: String) throws {
        if line.hasPrefix("# ") {
            let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
            guard parts.count == 4 else { throw Failure(line: line) }
            switch parts[1] {
            case "TYPE":
                // One TYPE line for each metric, before its samples.
                guard types[parts[2]] == nil,
                    !samples.contains(where: { $0.name.hasPrefix(parts[2]) && $0.name == parts[2] })
                else { throw Failure(line: line) }
                types[parts[2]] = parts[3]
            case "HELP": help[parts[2]] = parts[3]
            default: throw Failure(line: line)
            }
            return
        }
        let pattern = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (NaN|[+-]Inf|[-+.eE0-9]+)/
        guard let match = line.wholeMatch(of: pattern) else { throw Failure(line: line) }
        let labels = try match.3.map { try readLabels(String($0), line) } ?? [:]
        samples.append(Sample(name: String(match.1), labels: labels, value: String(match.4)))
    }

    private func readLabels(_ text: String, _ line: String) throws -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text[...]
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,|$)/) else {
                throw Failure(line: line)
            }
            var value = ""
            var characters = match.2.makeIterator()
            while let character = characters.next() {
                guard character == "\\" else {
                    value.append(character)
                    continue
                }
                let escaped = characters.next()
                value.append(escaped == "n" ? "\n" : escaped!)
            }
            guard labels.updateValue(value, forKey: String(match.1)) == nil else { throw Failure(line: line) }
            rest = rest[match.range.upperBound...]
        }
        return labels
    }
}
