import ArgumentParser

/// How a command writes its result to standard output.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Tables for people.
    case text
    /// One JSON document and nothing else.
    case json
    /// Comma-separated values (RFC 4180); only of what has such a form.
    case csv
}
