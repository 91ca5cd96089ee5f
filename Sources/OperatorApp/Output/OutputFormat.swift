import ArgumentParser

/// How a command writes its result to standard output.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Tables for people.
    case text
    /// One JSON document and nothing else.
    case json
}
