import ArgumentParser
import HubModel
import HubWire

/// `hubctl tenants show`: where a tenant is, and how much of its limits it uses.
struct TenantsShowCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a tenant with its limits and usage.",
        discussion: """
            EXAMPLES
              hubctl tenants show acme
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        try context.show(TenantReport(try await client.tenant(tenant)))
    }
}

/// Everything the hub knows of one tenant.
struct TenantReport: Report {
    let tenant: DirectoryTenantView

    init(_ tenant: DirectoryTenantView) {
        self.tenant = tenant
    }

    func encode(to encoder: any Encoder) throws { try tenant.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        var table = Table("TENANT", "")
        func add(_ name: String, _ value: String) { table.append(.init(name), .init(value)) }
        add("subdomain", tenant.subdomain.rawValue)
        add("name", tenant.name)
        add("url", tenant.url)
        add("state", tenant.state.rawValue)
        if tenant.state == .held {
            add(
                "held by",
                "the switch of a move, or a restore: if none is at work, hubctl tenants restore \(tenant.subdomain) --settle"
            )
        }
        add("shard", "\(tenant.shard) in \(tenant.region), epoch \(tenant.epoch)")
        if let settings = tenant.settings {
            add("users", "\(settings.usage.users.grouped) of \(settings.maxUsers.grouped)")
            add("projects", "\(settings.usage.projects.grouped) of \(settings.maxProjects.grouped)")
            add("tasks", settings.usage.tasks.grouped)
        } else {
            add("usage", "the shard cannot be asked")
        }
        add("id", "\(tenant.id)")
        return table.text(for: stream)
    }
}
