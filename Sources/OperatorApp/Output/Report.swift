/// The result of a command: one JSON document for programs, a table or lines for people.
protocol Report: Encodable, Sendable {
    /// The text form, for a stream of the given width and colours; ends with a line feed unless it is empty.
    func text(for stream: TextStream) -> String

    /// The result as CSV (RFC 4180); nil when it has no such form.
    var csv: String? { get }
}

extension Report {
    var csv: String? { nil }
}

extension Table {
    /// The table as the stream can show it.
    func text(for stream: TextStream) -> String {
        rendered(width: stream.terminalWidth, isColored: stream.isColored)
    }
}
