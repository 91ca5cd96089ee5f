import ArgumentParser
import HubWire

/// `hubctl move switch`.
struct MoveSwitchCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "switch",
        abstract: "Let the target serve the tenant, as soon as the copy is verified.",
        discussion: """
            Requests wait in the routers for some hundredths of a second. It waits until it is done; --no-wait only asks for it.

            EXAMPLES
              hubctl move switch acme
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
        try context.confirm("Let \(found.target) serve \(found.subdomain)?")
        try await context.ask("switch", of: found, through: client, isWaiting: !noWait) {
            $0.state == "switched" && $0.wish == nil
        }
    }
}
