import ArgumentParser
import HubWire

/// `hubctl move status`: how a move is, and what to type next.
struct MoveStatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show a move, and what can be done next.",
        discussion: """
            EXAMPLES
              hubctl move status acme
              hubctl move status 0198c0de-0000-7000-8000-000000000000 --follow
            """
    )

    @Argument(help: "The move's id, or its tenant's subdomain or id.")
    var move: String

    @Flag(help: "Watch until it rests.")
    var follow = false

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        var found = try await client.move(move)
        if follow {
            let id = found.id
            found = try await context.interruption.deferring {
                try await MoveFollower(client: client, context: context).follow(id) { $0.isAtRest }
            }
        }
        try context.show(MoveReport(found))
    }
}
