import FoundationEssentials

/// A page of the admin server by which a process shows what it has in mind, as JSON.
package struct Inspection: Sendable {
    /// A request that asks for nothing that there is, in a sentence.
    package struct Refusal: Error {
        package let text: String

        package init(_ text: String) {
            self.text = text
        }
    }

    /// Such as `/backends`.
    package let path: String
    /// For `--help`: what is shown, and the query it takes.
    package let meaning: String
    let answer: @Sendable (_ query: [String: String]) async throws -> [UInt8]

    /// - Parameter answer: makes what is shown, of the query; may throw ``Refusal``.
    package init<Shown: Encodable & Sendable>(
        _ path: String,
        _ meaning: String,
        answer: @escaping @Sendable (_ query: [String: String]) async throws -> Shown
    ) {
        self.path = path
        self.meaning = meaning
        self.answer = { query in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(await answer(query)))
        }
    }

    /// The items of a target's query, decoded; of several with one name the last.
    static func query(of target: String) -> [String: String] {
        let items = URLComponents(string: target)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { _, last in last }
    }
}
