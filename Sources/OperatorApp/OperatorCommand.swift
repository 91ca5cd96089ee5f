import ArgumentParser

/// A command of `hubctl` that does something: it takes its surroundings from the context, so that tests can hand in theirs.
protocol OperatorCommand: ParsableCommand, Sendable {
    /// Whether its report has a form as CSV.
    static var writesCSV: Bool { get }

    var options: GlobalOptions { get }

    /// Does the work and shows one report.
    func run(in context: CommandContext) async throws
}

extension OperatorCommand {
    static var writesCSV: Bool { false }
}
