import ArgumentParser
import HubWire

/// `hubctl move resume`.
struct MoveResumeCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Copy again after a failure.",
        discussion: """
            What the failed copy left is removed first. It waits until it is done; --no-wait only asks for it.

            EXAMPLES
              hubctl move resume acme
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
        try await context.ask("resume", of: found, through: client, isWaiting: !noWait) {
            $0.state == "verified" && $0.wish == nil
        }
    }
}
