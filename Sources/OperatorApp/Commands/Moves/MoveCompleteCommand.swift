import ArgumentParser
import HubWire

/// `hubctl move complete`.
struct MoveCompleteCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Give the source up: delete its rows, and write the certificate.",
        discussion: """
            After this the move cannot be reversed. It waits until it is done; --no-wait only asks for it.

            EXAMPLES
              hubctl move complete acme
            """
    )

    @Argument(help: "The move's id, or its tenant's subdomain or id.")
    var move: String

    @Flag(help: "Only ask for it.")
    var noWait = false

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let found = try await client.move(move)
        try context.confirm("Delete \(found.subdomain) from \(found.source)? The move cannot be reversed then.")
        try await context.ask("complete", of: found, through: client, isWaiting: !noWait) {
            $0.state == "completed" && $0.wish == nil
        }
    }
}
