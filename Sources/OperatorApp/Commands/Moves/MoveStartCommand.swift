import ArgumentParser
import HubWire

/// `hubctl move start`: copies and verifies; the tenant stays where it is until somebody switches.
struct MoveStartCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Copy a tenant to another shard and verify the copy; it is served where it is until 'switch'.",
        discussion: """
            EXAMPLES
              hubctl move start acme --to eu-1
              hubctl move start acme --to eu-1 --dry-run
              hubctl move start acme --to eu-1 --follow
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: "The shard to move it to.")
    var to: String

    @Flag(help: "Only tell what would be done.")
    var dryRun = false

    @Flag(help: "Watch until the copy is verified.")
    var follow = false

    @OptionGroup var choices: MoveChoices
    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        if dryRun {
            let plan = try await client.plan(try choices.request(tenant, to: to, dryRun: true, switch: false))
            try context.show(MovePlanReport(plan))
            return try plan.requireNothingInTheWay()
        }
        var move = try await client.begin(try choices.request(tenant, to: to, dryRun: false, switch: false))
        if follow {
            let id = move.id
            move = try await context.interruption.deferring {
                try await MoveFollower(client: client, context: context).follow(id) { $0.state == "verified" }
            }
        }
        try context.show(MoveReport(move))
    }
}
