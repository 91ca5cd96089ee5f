import ArgumentParser
import HubModel
import HubWire

/// `hubctl tenants resume`: a suspended tenant is served again.
struct TenantsResumeCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Serve a suspended tenant again.",
        discussion: """
            EXAMPLES
              hubctl tenants resume acme
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let current = try await client.tenant(tenant)
        try context.show(TenantStateReport(try await client.setState(of: current.id, to: .active)))
    }
}
