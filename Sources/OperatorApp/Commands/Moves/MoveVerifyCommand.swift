import ArgumentParser
import HubWire

/// `hubctl move verify`.
struct MoveVerifyCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare both shards again.",
        discussion: """
            None of the tenant's requests waits for it. It waits until it is done; --no-wait only asks for it.

            EXAMPLES
              hubctl move verify acme
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
        try await context.ask("verify", of: found, through: client, isWaiting: !noWait) {
            $0.state == "verified" && $0.wish == nil
        }
    }
}
