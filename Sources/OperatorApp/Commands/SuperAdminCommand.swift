import ArgumentParser

/// `hubctl superadmin`: the people who operate the whole hub.
struct SuperAdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "superadmin",
        abstract: "Create the people who operate the whole hub.",
        subcommands: [SuperAdminCreateCommand.self]
    )
}
