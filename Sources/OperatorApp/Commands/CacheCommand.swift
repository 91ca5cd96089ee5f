import ArgumentParser

/// `hubctl cache`: the shards' caches, through hub-control.
struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Show how the caches are doing, warm them, switch them off and on.",
        subcommands: [
            CacheStatusCommand.self, CacheWarmCommand.self, CacheOffCommand.self, CacheOnCommand.self,
        ]
    )
}
