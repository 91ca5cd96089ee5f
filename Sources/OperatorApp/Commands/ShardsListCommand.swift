import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl shards list`: every shard with its tenants and health.
struct ShardsListCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the shards with their state, tenants and health.",
        discussion: """
            EXAMPLES
              hubctl shards list
              hubctl shards list --format json
            """
    )

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let page: Page<ShardView> = try await client.send(.GET, "/api/shards", query: [("limit", "100")])
        try context.show(ShardsReport(items: page.items, total: page.total))
    }
}

private struct ShardsReport: Report {
    let items: [ShardView]
    let total: Int

    func text(for stream: TextStream) -> String {
        var table = Table("SHARD", "REGION", "STATE", .number("TENANTS"), .number("WEIGHT"), "HEALTH", "BACKENDS")
        for shard in items {
            let backends = shard.backends.map { "\($0.name) \($0.health.rawValue)" }.joined(separator: ", ")
            table.append(
                .init(shard.id.description),
                .init(shard.region.description),
                .init(shard.state.rawValue, shard.state == .open ? .good : .warning),
                .init(shard.tenants.grouped),
                .init(String(shard.weight)),
                .init(shard.health),
                .init(backends)
            )
        }
        return table.text(for: stream)
    }
}

extension Table.Cell {
    fileprivate init(_ health: ShardHealth) {
        switch health {
        case .up: self.init(health.rawValue, .good)
        case .degraded: self.init(health.rawValue, .warning)
        case .down: self.init(health.rawValue, .bad)
        }
    }
}
