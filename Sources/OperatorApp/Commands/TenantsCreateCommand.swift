import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// `hubctl tenants create`: a new tenant with its first administrator.
struct TenantsCreateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a tenant and its first administrator.",
        discussion: """
            The administrator's password is asked for on a terminal, or read from standard input.

            EXAMPLES
              hubctl tenants create "Acme Corporation" acme --region eu --admin-email admin@acme.com
              pass show acme | hubctl tenants create Acme acme --region us \\
                --admin-email admin@acme.com --admin-name "Ada Moore" --admin-password-stdin
            """
    )

    @Argument(help: "The tenant's name, as people read it.")
    var name: String

    @Argument(help: "Its label under the base domain: 3–50 lower-case letters, digits and inner hyphens.")
    var subdomain: String

    @Option(help: "The region that keeps its data.")
    var region: String

    @Option(help: ArgumentHelp("The first administrator's e-mail address.", valueName: "address"))
    var adminEmail: String

    @Option(help: ArgumentHelp("The first administrator's full name.", valueName: "name"))
    var adminName = "Administrator"

    @Flag(help: "Read the administrator's password from standard input.")
    var adminPasswordStdin = false

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let subdomain = try Subdomain(naming: subdomain)
        guard let region = RegionID(region) else {
            throw OperatorError(.usage, "“\(region)” is no region's name: hubctl topology check lists them")
        }
        guard let email = EmailAddress(adminEmail) else {
            throw OperatorError(.usage, "“\(adminEmail)” is not an e-mail address")
        }
        guard adminPasswordStdin || context.console.input.isInteractive else {
            throw OperatorError(
                .usage,
                "nobody can be asked for the administrator's password: add --admin-password-stdin"
            )
        }
        let client = try await ControlClient(email: control.email, context: context)
        let request = RegisterTenantRequest(
            tenantName: name,
            subdomain: subdomain,
            region: region,
            adminEmail: email,
            adminPassword: try context.readPassword("Password of \(email)"),
            adminFullName: adminName
        )
        let answer: RegisterTenantAnswer = try await client.send(.POST, "/api/tenants", body: request)
        try context.show(TenantCreatedReport(answer))
    }
}

private struct TenantCreatedReport: Report {
    let answer: RegisterTenantAnswer

    init(_ answer: RegisterTenantAnswer) {
        self.answer = answer
    }

    func encode(to encoder: any Encoder) throws { try answer.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        "created \(answer.tenant.subdomain) in \(answer.tenant.region): \(answer.url), sign in as \(answer.user.email)\n"
    }
}
