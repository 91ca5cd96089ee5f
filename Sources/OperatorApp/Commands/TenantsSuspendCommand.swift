import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl tenants suspend`: visitors see the suspended page until the tenant is resumed.
struct TenantsSuspendCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Stop serving a tenant; its data stays as it is.",
        discussion: """
            EXAMPLES
              hubctl tenants suspend acme
              hubctl tenants suspend acme --yes
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let current = try await client.tenant(tenant)
        if current.state != .suspended {
            try context.confirm("Suspend \(current.name) (\(current.subdomain))? Nobody will be able to use it.")
        }
        try context.show(TenantStateReport(try await client.setState(of: current.id, to: .suspended)))
    }
}

/// What a tenant's state has become.
struct TenantStateReport: Report {
    let tenant: DirectoryTenantView

    init(_ tenant: DirectoryTenantView) {
        self.tenant = tenant
    }

    func encode(to encoder: any Encoder) throws { try tenant.encode(to: encoder) }

    func text(for stream: TextStream) -> String { "\(tenant.subdomain) is \(tenant.state.rawValue)\n" }
}

extension ControlClient {
    /// The tenant with this subdomain or id.
    func tenant(_ reference: String) async throws -> DirectoryTenantView {
        try await send(.GET, "/api/tenants/\(HTTPExchange.percentEncoded(reference))")
    }

    /// Makes a tenant active or suspended; a tenant already in that state stays as it is.
    func setState(of tenant: TenantID, to state: TenantState) async throws -> DirectoryTenantView {
        try await send(.PUT, "/api/tenants/\(tenant)", body: UpdateTenantRequest(state: state))
    }
}
