/// The result of a command: one JSON document for programs, a table or lines for people.
protocol Report: Encodable, Sendable {
    /// The text form, for a stream of the given width and colours; ends with a line feed unless it is empty.
    func text(for stream: TextStream) -> String
}

extension Table {
    /// The table as the stream can show it.
    func text(for stream: TextStream) -> String {
        rendered(width: stream.terminalWidth, isColored: stream.isColored)
    }
}
