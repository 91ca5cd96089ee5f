import FoundationEssentials

/// What a command sees of its terminal: standard output for the result, standard error for everything else.
package struct Console: Sendable {
    package let output: TextStream
    package let diagnostics: TextStream
    package let input: ConsoleInput

    package init(output: TextStream, diagnostics: TextStream, input: ConsoleInput) {
        self.output = output
        self.diagnostics = diagnostics
        self.input = input
    }

    /// The process's own standard streams.
    package static func standard(environment: [String: String]) -> Console {
        Console(
            output: .descriptor(1, environment: environment),
            diagnostics: .descriptor(2, environment: environment),
            input: .standard
        )
    }

    /// Writes the command's result; the only thing a command ever writes to standard output.
    func show(_ report: some Report, as format: OutputFormat) throws {
        switch format {
        case .text:
            output.write(report.text(for: output))
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            output.write(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n")
        case .csv:
            output.write(report.csv ?? "")
        }
    }

    /// Says something beside the result: a warning, or what is being waited for.
    func note(_ text: String) {
        diagnostics.write("hubctl: \(text.printable)\n")
    }
}
