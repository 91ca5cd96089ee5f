import ArgumentParser

/// `hubctl isolation`: whether tenants are kept apart.
struct IsolationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "isolation",
        abstract: "Check that tenants are kept apart.",
        subcommands: [IsolationCheckCommand.self]
    )
}
