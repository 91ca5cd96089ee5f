import ArgumentParser
import HubModel
import HubWire

/// `hubctl move list`: the moves, newest first.
struct MoveListCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List moves, newest first.",
        discussion: """
            EXAMPLES
              hubctl move list
              hubctl move list --tenant acme --all
            """
    )

    @Option(help: "Only moves of this tenant: its subdomain or id.")
    var tenant: String?

    @Flag(help: "Those that are over too.")
    var all = false

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let id: TenantID? = if let tenant { try await client.tenant(tenant).id } else { nil }
        try context.show(MoveListReport(moves: try await client.moves(of: id, isOver: all ? nil : false)))
    }
}
