import ArgumentParser

/// `hubctl shards`: the shards of the deployment, through hub-control.
struct ShardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shards",
        abstract: "List shards, and decide which take new tenants.",
        subcommands: [ShardsListCommand.self, ShardsStateCommand.self, ShardsDrainCommand.self]
    )
}
