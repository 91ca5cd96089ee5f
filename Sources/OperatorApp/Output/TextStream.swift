/// One of a command's outputs: where text goes, and what the place can show.
package struct TextStream: Sendable {
    /// The cells of a line when the place is a terminal; nil for a pipe or a file.
    package let terminalWidth: Int?
    package let isColored: Bool
    private let sink: @Sendable (String) -> Void

    package init(terminalWidth: Int? = nil, isColored: Bool = false, sink: @escaping @Sendable (String) -> Void) {
        self.terminalWidth = terminalWidth
        self.isColored = isColored
        self.sink = sink
    }

    package var isTerminal: Bool { terminalWidth != nil }

    package func write(_ text: String) {
        sink(text)
    }
}
