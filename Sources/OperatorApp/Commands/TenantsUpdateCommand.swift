import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl tenants update`: another name, subdomain or limits.
struct TenantsUpdateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a tenant's name, subdomain or limits.",
        discussion: """
            Nobody is logged out. A former subdomain stays reserved for the tenant and redirects to the new one.

            EXAMPLES
              hubctl tenants update acme --max-users 50 --max-projects 100
              hubctl tenants update acme --subdomain acme-corp --yes
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @Option(help: "Its new name.")
    var name: String?

    @Option(help: "Its new subdomain: 3–50 lower-case letters, digits and inner hyphens.")
    var subdomain: String?

    @Option(help: "How many users it may have.")
    var maxUsers: Int?

    @Option(help: "How many projects it may have.")
    var maxProjects: Int?

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard name != nil || subdomain != nil || maxUsers != nil || maxProjects != nil else {
            throw ValidationError("nothing is to be changed: give --name, --subdomain, --max-users or --max-projects")
        }
        if let subdomain, Subdomain(subdomain) == nil {
            throw ValidationError(
                "--subdomain must be 3–50 lower-case letters, digits and inner hyphens, not “\(subdomain)”"
            )
        }
    }

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let current = try await client.tenant(tenant)
        if let subdomain, subdomain != current.subdomain.rawValue {
            try context.confirm(
                "Give \(current.name) the subdomain \(subdomain)? \(current.subdomain) will redirect to it."
            )
        }
        let request = UpdateTenantRequest(
            name: name,
            maxUsers: maxUsers,
            maxProjects: maxProjects,
            subdomain: subdomain.flatMap { Subdomain($0) }
        )
        let changed: DirectoryTenantView = try await client.send(.PUT, "/api/tenants/\(current.id)", body: request)
        try context.show(TenantReport(changed))
    }
}
