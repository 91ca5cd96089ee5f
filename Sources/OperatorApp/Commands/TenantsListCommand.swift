import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl tenants list`: the tenants that match, newest first.
struct TenantsListCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tenants, newest first.",
        discussion: """
            EXAMPLES
              hubctl tenants list --region eu --state suspended
              hubctl tenants list --search acme
              hubctl tenants list --all --format json | jq -r '.items[].subdomain'
            """
    )

    @Option(help: "Only tenants whose name or subdomain holds this text.")
    var search: String?

    @Option(help: "Only tenants of this region.")
    var region: String?

    @Option(help: "Only tenants of this shard.")
    var shard: String?

    @Option(help: "Only tenants in this state: active, suspended, held or deleting.")
    var state: String?

    @Option(help: "How many to show.")
    var limit = 50

    @Option(help: "How many to pass over first.")
    var offset = 0

    @Flag(help: "Show all of them, however many.")
    var all = false

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is a number from 1") }
        guard offset >= 0 else { throw ValidationError("--offset is a number from 0") }
        if let state, TenantState(rawValue: state) == nil {
            throw ValidationError("--state is active, suspended, held or deleting, not “\(state)”")
        }
    }

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        var items: [DirectoryTenantView] = []
        var total = 0
        let wanted = all ? Int.max : limit
        repeat {
            let page = try await page(from: offset + items.count, limit: min(wanted - items.count, 100), client)
            total = page.total
            items += page.items
            if page.items.isEmpty { break }
        } while items.count < wanted && offset + items.count < total
        try context.show(TenantsReport(items: items, total: total, limit: all ? items.count : limit, offset: offset))
        if options.format == .text, offset + items.count < total {
            context.console.note("\(items.count) of \(total) tenants; --all shows every one")
        }
    }

    // MARK: - Private

    private func page(
        from offset: Int,
        limit: Int,
        _ client: ControlClient
    ) async throws -> Page<DirectoryTenantView> {
        try await client.send(
            .GET,
            "/api/tenants",
            query: [
                ("search", search), ("region", region), ("shard", shard), ("state", state),
                ("limit", String(limit)), ("offset", String(offset)),
            ]
        )
    }
}

private struct TenantsReport: Report {
    let items: [DirectoryTenantView]
    let total: Int
    let limit: Int
    let offset: Int

    func text(for stream: TextStream) -> String {
        var table = Table("SUBDOMAIN", "NAME", "REGION", "SHARD", "STATE", .number("EPOCH"), "CREATED", "ID")
        for tenant in items {
            table.append(
                .init(tenant.subdomain.description),
                .init(tenant.name),
                .init(tenant.region.description),
                .init(tenant.shard.description),
                .init(tenant.state),
                .init(tenant.epoch.description),
                .init(tenant.createdAt.description),
                .init(tenant.id.description)
            )
        }
        return table.text(for: stream)
    }
}

extension Table.Cell {
    /// A tenant's state: only an active one is served.
    init(_ state: TenantState) {
        switch state {
        case .active: self.init(state.rawValue, .good)
        case .suspended, .held: self.init(state.rawValue, .warning)
        case .deleting: self.init(state.rawValue, .bad)
        }
    }
}
