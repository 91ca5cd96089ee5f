import ArgumentParser
import HubModel
import HubWire

/// `hubctl move run`: all of a move, with one question.
struct MoveRunCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Move a tenant: plan, copy, verify, switch and complete, after one question.",
        discussion: """
            With --keep-source it stops when the target serves: the source follows, and the move can still be reversed.

            EXAMPLES
              hubctl move run acme --to eu-1
              hubctl move run acme --to eu-1 --yes --format json
              hubctl move run acme --to eu-1 --keep-source
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: "The shard to move it to.")
    var to: String

    @Flag(help: "Only tell what would be done.")
    var dryRun = false

    @Flag(help: "Do not complete: the source keeps following, and the move can be reversed.")
    var keepSource = false

    @OptionGroup var choices: MoveChoices
    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let plan = try await client.plan(try choices.request(tenant, to: to, dryRun: true, switch: false))
        if dryRun {
            try context.show(MovePlanReport(plan))
            return try plan.requireNothingInTheWay()
        }
        try plan.requireNothingInTheWay()
        try context.confirm(
            "Move \(plan.subdomain) (\(plan.rows.grouped) rows) from \(plan.source) to \(plan.target)"
                + (keepSource ? "?" : ", and delete it from \(plan.source) afterwards?")
        )
        let request = try choices.request(tenant, to: to, dryRun: false, switch: true)
        let (follower, keepSource) = (MoveFollower(client: client, context: context), keepSource)
        let move = try await context.interruption.deferring {
            let begun = try await client.begin(request)
            let switched = try await follower.follow(begun.id) { $0.state == "switched" && $0.wish == nil }
            if keepSource { return switched }
            _ = try await client.ask("complete", of: begun.id)
            return try await follower.follow(begun.id) { $0.state == "completed" }
        }
        try context.show(MoveReport(move))
    }
}
