import ArgumentParser
import HubWire

/// `hubctl move reverse`.
struct MoveReverseCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "reverse",
        abstract: "Let the source serve the tenant again, and give the target up.",
        discussion: """
            What was written at the target since the switch is kept. It waits until it is done; --no-wait only asks for it.

            EXAMPLES
              hubctl move reverse acme
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
        try context.confirm("Let \(found.source) serve \(found.subdomain) again, and delete it from \(found.target)?")
        try await context.ask("reverse", of: found, through: client, isWaiting: !noWait) {
            $0.state == "reversed" && $0.wish == nil
        }
    }
}
