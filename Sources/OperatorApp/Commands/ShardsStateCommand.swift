import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl shards state`: whether a shard takes new tenants.
struct ShardsStateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Decide whether a shard takes new tenants: open, draining or closed.",
        discussion: """
            Tenants that are there are served in every state.

            EXAMPLES
              hubctl shards state eu-1 closed
              hubctl shards state eu-1 open
            """
    )

    @Argument(help: "The shard.")
    var shard: String

    @Argument(help: "open, draining or closed.")
    var state: String

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard ShardState(rawValue: state) != nil else {
            throw ValidationError("the state is open, draining or closed, not “\(state)”")
        }
    }

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let changed: ShardView = try await client.send(
            .PUT,
            "/api/shards/\(HTTPExchange.percentEncoded(shard))",
            body: ["state": state]
        )
        try context.show(ShardStateReport(shard: changed))
    }
}

private struct ShardStateReport: Report {
    let shard: ShardView

    func encode(to encoder: any Encoder) throws { try shard.encode(to: encoder) }

    func text(for stream: TextStream) -> String { "\(shard.id) is \(shard.state.rawValue)\n" }
}
