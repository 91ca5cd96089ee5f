import ArgumentParser
import HubModel
import Reactor
import ShardStore
import Topology

/// `hubctl cache off`: a shard works without its cache until `cache on`.
struct CacheOffCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "off",
        abstract: "Stop the use of a shard's cache, until `hubctl cache on`.",
        discussion: """
            Everything is read from PostgreSQL then, which is slower and never wrong; writes of the shard wait once, for about \
            two seconds. The shard's database is spoken to directly, so this works without hub-control.

            EXAMPLES
              hubctl cache off --shard us-1 --reason "Redis is being replaced"
            """
    )

    @Option(help: "The shard.")
    var shard: String

    @Option(help: "Why, in a few words; `hubctl cache status` shows it.")
    var reason: String

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard reason.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--reason says why") }
    }

    func run(in context: CommandContext) async throws {
        let shard = try ShardID(naming: shard)
        try await CacheSwitch(shard: shard).turn(.off(reason: reason), in: context)
        try context.show(CacheSwitchReport(shard: shard, isHeld: true))
    }
}

/// `hubctl cache on`: a shard's backends may use its cache again.
struct CacheOnCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "on",
        abstract: "Let a shard's backends use its cache again.",
        discussion: """
            They do so within a few seconds, if they all reach Redis. What was in the cache before is not used any more.

            EXAMPLES
              hubctl cache on --shard us-1
            """
    )

    @Option(help: "The shard.")
    var shard: String

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let shard = try ShardID(naming: shard)
        try await CacheSwitch(shard: shard).turn(.on, in: context)
        try context.show(CacheSwitchReport(shard: shard, isHeld: false))
    }
}

/// The operator's hand on a shard's gate.
private struct CacheSwitch {
    enum Position {
        case on
        case off(reason: String)
    }

    let shard: ShardID

    func turn(_ position: Position, in context: CommandContext) async throws {
        let topology = try context.topology()
        guard let described = topology.shard(shard) else {
            throw OperatorError(unknownShard: shard.description, in: topology)
        }
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let target = DatabaseTarget.shard(described, of: topology)
        let access = DatabaseAccess(
            target: target,
            secrets: context.secrets,
            reactors: reactors,
            role: target.roles.first
        )
        try await access.withCurrentSchema { pool in
            let gate = CacheGateStore(pool: pool)
            switch position {
            case .on: try await gate.hold(false, reason: "")
            case .off(let reason): try await gate.hold(true, reason: "an operator switched it off: \(reason)")
            }
        }
    }
}

private struct CacheSwitchReport: Report {
    let shard: ShardID
    /// Whether an operator keeps the gate shut.
    let isHeld: Bool

    func text(for stream: TextStream) -> String {
        isHeld
            ? "The cache of \(shard) is switched off; `hubctl cache on --shard \(shard)` lets it be used again.\n"
            : "The cache of \(shard) may be used again; its backends open it within a few seconds.\n"
    }
}
