import ArgumentParser
import HubWire
import Topology

/// `hubctl move plan`: what a move would do; changes nothing.
struct MovePlanCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Tell what a move would do, how long it would take, and what stands in the way; change nothing.",
        discussion: """
            Exits with 5 when something stands in the way.

            EXAMPLES
              hubctl move plan acme --to eu-1
              hubctl move plan acme --to eu-1 --format json | jq .refusals
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: "The shard to move it to.")
    var to: String

    @OptionGroup var choices: MoveChoices
    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let plan = try await client.plan(try choices.request(tenant, to: to, dryRun: true, switch: false))
        try context.show(MovePlanReport(plan))
        try plan.requireNothingInTheWay()
    }
}

extension MovePlanView {
    /// - Throws: ``OperatorError`` with what stands in the way.
    func requireNothingInTheWay() throws {
        guard !refusals.isEmpty else { return }
        throw OperatorError(
            .refused,
            "\(subdomain) cannot be moved to \(target) now: \(refusals.joined(separator: "; "))"
        )
    }
}
