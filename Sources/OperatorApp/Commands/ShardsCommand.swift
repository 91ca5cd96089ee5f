import ArgumentParser

/// `hubctl shards`: the shards of the deployment, through hub-control.
struct ShardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shards",
        abstract: "List shards.",
        subcommands: [ShardsListCommand.self]
    )
}
