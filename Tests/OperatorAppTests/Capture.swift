import Synchronization

@testable import OperatorApp

/// What a command wrote, and what it is answered when it asks.
final class Capture: Sendable {
    private let written = Mutex<(output: String, diagnostics: String)>(("", ""))
    private let answers: Mutex<[String]>
    private let isInteractive: Bool

    init(answers: [String] = [], isInteractive: Bool = false) {
        self.answers = Mutex(answers)
        self.isInteractive = isInteractive
    }

    var output: String { written.withLock { $0.output } }
    var diagnostics: String { written.withLock { $0.diagnostics } }

    func console(terminalWidth: Int? = nil) -> Console {
        Console(
            output: TextStream { text in self.written.withLock { $0.output += text } },
            diagnostics: TextStream(terminalWidth: terminalWidth) { text in
                self.written.withLock { $0.diagnostics += text }
            },
            input: ConsoleInput(isInteractive: isInteractive) { _ in
                self.answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            }
        )
    }
}
