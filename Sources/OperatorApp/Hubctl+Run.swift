import ArgumentParser
import Topology

extension Hubctl {
    static var _errorPrefix: String { "hubctl: " }

    /// Runs one command line; every failure is told on the console's diagnostics.
    ///
    /// - Parameter arguments: what follows the program's name.
    /// - Returns: what the process ends with.
    static func run(
        _ arguments: [String],
        environment: [String: String],
        console: Console,
        interruption: Interruption
    ) async -> ExitStatus {
        do {
            var command = try parseAsRoot(arguments)
            if let command = command as? any OperatorCommand {
                guard command.options.format != .csv || type(of: command).writesCSV else {
                    throw OperatorError(.usage, "--format csv is for reports: text and json are for everything")
                }
                let context = CommandContext(
                    options: command.options,
                    environment: environment,
                    console: console,
                    interruption: interruption
                )
                try await command.run(in: context)
            } else {
                // A group without a verb shows its help.
                try command.run()
            }
            return .success
        } catch {
            return tell(error, console)
        }
    }

    // MARK: - Private

    private static func tell(_ error: any Error, _ console: Console) -> ExitStatus {
        // A cancelled driver has its own word for it; the operator knows better what happened.
        if Task.isCancelled || error is CancellationError {
            console.note("interrupted; what was not finished is undone, and the same command goes on from here")
            return .failed
        }
        if let failure = OperatorError(explaining: error) {
            console.note(failure.message)
            return failure.status
        }
        let text = fullMessage(for: error, columns: console.diagnostics.terminalWidth ?? 100) + "\n"
        switch exitCode(for: error) {
        case .success:
            console.output.write(text)
            return .success
        case .validationFailure:
            console.diagnostics.write(text)
            return .usage
        default:
            console.diagnostics.write(text)
            return .failed
        }
    }
}
