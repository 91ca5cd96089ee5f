import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl tenants erase`: a tenant and everything of it is gone for good.
struct TenantsEraseCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase a tenant with all its data, for good, and print the proof.",
        discussion: """
            The subdomain stays reserved, so that nobody takes over old links.

            EXAMPLES
              hubctl tenants erase acme
              hubctl tenants erase acme --yes --format json > proof.json
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let current = try await client.tenant(tenant)
        let size = current.settings.map { settings in
            ", with \(settings.usage.users.grouped) users, \(settings.usage.projects.grouped) projects and "
                + "\(settings.usage.tasks.grouped) tasks"
        }
        try context.confirm("Erase \(current.name) (\(current.subdomain))\(size ?? "")? Nothing can bring it back.")
        let proof: TenantErasureView = try await client.send(
            .DELETE,
            "/api/tenants/\(current.id)",
            query: [("confirm", current.subdomain.rawValue)]
        )
        try context.show(ErasureReport(proof: proof))
    }
}

private struct ErasureReport: Report {
    let proof: TenantErasureView

    func encode(to encoder: any Encoder) throws { try proof.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        var table = Table("TABLE", .number("ROWS REMOVED"))
        for (name, rows) in proof.removed.sorted(by: { $0.key < $1.key }) {
            table.append(.init(name), .init(rows.grouped))
        }
        return """
            \(proof.subdomain) was erased from \(proof.shard) at \(proof.erasedAt); nothing is left. Erasure \(proof.id)

            \(table.text(for: stream))
            """
    }
}
