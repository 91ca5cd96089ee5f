import ArgumentParser
import HubWire

/// `hubctl move cancel`.
struct MoveCancelCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Give the target up, before the switch.",
        discussion: """
            The tenant is served where it was all the time. It waits until it is done; --no-wait only asks for it.

            EXAMPLES
              hubctl move cancel acme
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
        try await context.ask("cancel", of: found, through: client, isWaiting: !noWait) {
            $0.state == "cancelled" && $0.wish == nil
        }
    }
}
