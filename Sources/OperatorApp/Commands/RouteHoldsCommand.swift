import ArgumentParser
import HubModel
import HubWire

/// `hubctl route holds`: whose requests wait.
struct RouteHoldsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds",
        abstract: "List the tenants whose requests wait while they change shards, as each router holds them.",
        discussion: """
            What a finished move has held is in its status and certificate.

            EXAMPLES
              hubctl route holds
            """
    )

    @OptionGroup var routers: RouterOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try RouterClient(routers.router, context: context)
        let answers = try await client.ask("/holds", as: [RouterHoldView].self)
        try context.show(
            HoldsReport(
                holds: answers.flatMap { answer in
                    answer.answer.map {
                        HoldsReport.Hold(router: answer.router, tenantId: $0.tenantId, waiting: $0.waiting)
                    }
                }
            )
        )
    }
}

private struct HoldsReport: Report {
    struct Hold: Encodable {
        let router: String
        let tenantId: TenantID
        let waiting: Int
    }

    let holds: [Hold]

    func encode(to encoder: any Encoder) throws { try holds.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        if holds.isEmpty { return "No request waits.\n" }
        var table = Table("ROUTER", "TENANT", .number("WAITING"))
        for hold in holds {
            table.append(.init(hold.router), .init("\(hold.tenantId)"), .init(hold.waiting.grouped))
        }
        return table.text(for: stream)
    }
}
