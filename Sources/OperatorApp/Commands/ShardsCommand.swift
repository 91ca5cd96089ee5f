import ArgumentParser

/// `hubctl shards`: the shards of the deployment, through hub-control.
struct ShardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shards",
        abstract: "List shards, decide which take new tenants, empty them, and promote their replicas.",
        subcommands: [
            ShardsListCommand.self, ShardsStateCommand.self, ShardsDrainCommand.self,
            ShardsFailoverCommand.self,
        ]
    )
}
