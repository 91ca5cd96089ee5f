import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl tenants impersonate`: a link with which to act as one of the tenant's people.
struct TenantsImpersonateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "impersonate",
        abstract: "Print a link, good once and for a minute, that opens a tenant as one of its people.",
        discussion: """
            Both audit trails keep who did it and why, and every record of the session shows both names.

            EXAMPLES
              hubctl tenants impersonate acme --reason "Ticket 4711: cannot see the project"
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: "Why, for the audit trails.")
    var reason: String

    @Option(help: "The id of the user to act as; without it the administrator who has been there the longest.")
    var user: String?

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let current = try await client.tenant(tenant)
        var request = ["reason": reason]
        request["userId"] = user
        let link: ImpersonateAnswer = try await client.send(
            .POST,
            "/api/tenants/\(current.id)/impersonate",
            body: request
        )
        try context.show(LinkReport(link: link))
    }
}

private struct LinkReport: Report {
    let link: ImpersonateAnswer

    func encode(to encoder: any Encoder) throws { try link.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        "\(link.url)\nopens the workspace as \(link.user.fullName) <\(link.user.email)>, once, until \(link.expiresAt)\n"
    }
}
