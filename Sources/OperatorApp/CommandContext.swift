import FoundationEssentials
import Topology

/// What one command line works with: its options, the environment, the console, and what the topology file says.
struct CommandContext: Sendable {
    let options: GlobalOptions
    let environment: [String: String]
    let console: Console
    /// The operator's wish to stop.
    let interruption: Interruption

    /// The deployment that the command is about.
    func topology() throws -> Topology {
        guard let path = options.topology ?? variable(EnvironmentVariable.topology.rawValue) else {
            throw OperatorError(
                .usage,
                "no topology file is named: give --topology FILE, or set \(EnvironmentVariable.topology.rawValue)"
            )
        }
        return try Topology.load(path: path, environment: environment)
    }

    /// A variable of the environment; an empty one counts as missing.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    var secrets: Secrets { Secrets(environment: environment) }

    /// Shows the command's result.
    func show(_ report: some Report) throws {
        try console.show(report, as: options.format)
    }

    /// Asks a yes-or-no question, unless `--yes` has answered it.
    ///
    /// - Throws: ``OperatorError`` when the answer is no, or nobody can be asked.
    func confirm(_ question: String) throws {
        if options.yes { return }
        guard console.input.isInteractive else {
            throw OperatorError(.refused, "\(question) Nobody can be asked here: add --yes to go on.")
        }
        console.diagnostics.write("\(question.printable) [y/N] ")
        let answer = console.input.line()?.lowercased()
        guard answer == "y" || answer == "yes" else { throw OperatorError(.refused, "nothing was changed") }
    }

    /// Reads a password: from a pipe its first line, from a person without showing it.
    func readPassword(_ prompt: String) throws -> String {
        if console.input.isInteractive { console.diagnostics.write("\(prompt): ") }
        let line = console.input.secretLine()
        if console.input.isInteractive { console.diagnostics.write("\n") }
        guard let line, !line.isEmpty else {
            throw OperatorError(.usage, "no password was given: \(prompt) is read from standard input")
        }
        return line
    }
}
