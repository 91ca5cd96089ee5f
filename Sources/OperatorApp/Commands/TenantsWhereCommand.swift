import ArgumentParser
import HubWire
import NIOHTTP1

/// `hubctl tenants where`: every place that holds data of a tenant.
struct TenantsWhereCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "where",
        abstract:
            "List every shard that holds something of a tenant (rows, ownership, streams of moves), and every audit store.",
        discussion: """
            EXAMPLES
              hubctl tenants where acme
            """
    )

    @Argument(help: "The tenant's subdomain or id.")
    var tenant: String

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let found = try await client.tenant(tenant)
        let places: Page<TenantPlaceView> = try await client.send(
            .GET,
            "/api/tenants/\(found.id)/places",
            query: [("limit", "100")]
        )
        try context.show(TenantPlacesReport(places: places.items))
    }
}

private struct TenantPlacesReport: Report {
    let places: [TenantPlaceView]

    func encode(to encoder: any Encoder) throws { try places.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        var table = Table("SHARD", "SERVES IT", .number("ROWS"), .number("AUDIT STORE"), "OWNERSHIP", "STREAMS")
        for place in places {
            let rows = place.tables.reduce(0) { $0 + $1.rows }
            table.append(
                .init("\(place.shard)"),
                .init(place.isServing ? "yes" : "no", place.isServing ? .good : .plain),
                .init(place.error == nil ? rows.grouped : "?"),
                .init(place.auditTrail.isEmpty ? "" : place.auditTrail.reduce(0) { $0 + $1.rows }.grouped),
                .init(place.error ?? place.ownership ?? "", place.error == nil ? .plain : .warning),
                .init(place.streams.joined(separator: ", "))
            )
        }
        return table.text(for: stream)
    }
}
