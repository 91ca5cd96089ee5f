import ArgumentParser

/// `hubctl secrets`: the passwords and keys of a deployment.
struct SecretsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Make the passwords and keys that the topology needs.",
        subcommands: [SecretsInitCommand.self]
    )
}
