package import HubModel
package import HubWire

/// What a list of tenants is filtered by, as the page's address has it.
package struct TenantsFilter: Sendable {
    let search: String?
    let region: String?
    let shard: String?
    let state: String?

    package init(search: String?, region: String?, shard: String?, state: String?) {
        self.search = search
        self.region = region
        self.shard = shard
        self.state = state
    }

    var isEmpty: Bool { search == nil && region == nil && shard == nil && state == nil }

    var query: ConsoleQuery {
        ConsoleQuery([("search", search), ("region", region), ("shard", shard), ("state", state)])
    }
}

/// The list of all tenants.
package struct TenantsPage: Sendable {
    private struct Row: Sendable {
        let href: String
        let name: String
        let subdomain: String
        let region: String
        let shard: String
        let state: StateMark
        let createdAt: ConsoleMoment
    }

    private let shell: Shell
    private let total: Quantity
    private let search: String
    private let regions: [Choice]
    private let shards: [Choice]
    private let states: [Choice]
    private let isFiltered: Bool
    private let rows: [Row]
    private let hasRows: Bool
    private let pager: Pager
    private let dialogs: [ActionDialog]

    package init(
        admin: UserView,
        tenants: Page<DirectoryTenantView>,
        filter: TenantsFilter,
        regions: [RegionView],
        shards: [ShardID]
    ) {
        shell = .console("Tenants", at: .tenants, as: admin)
        total = .count(tenants.total)
        search = filter.search ?? ""
        isFiltered = !filter.isEmpty
        self.regions = Choice.choices(regions.map { ($0.id.rawValue, $0.name) }, filter.region, all: "All regions")
        self.shards = Choice.choices(shards.map { ($0.rawValue, $0.rawValue) }, filter.shard, all: "All shards")
        states = Choice.choices(
            TenantState.allCases.map { ($0.rawValue, StateMark($0).label) },
            filter.state,
            all: "All states"
        )
        let names = Dictionary(regions.map { ($0.id, $0.name) }) { first, _ in first }
        rows = tenants.items.map { tenant in
            Row(
                href: "\(ConsolePlace.tenants.rawValue)/\(tenant.subdomain)",
                name: tenant.name,
                subdomain: tenant.subdomain.rawValue,
                region: names[tenant.region] ?? tenant.region.rawValue,
                shard: tenant.shard.rawValue,
                state: StateMark(tenant.state),
                createdAt: ConsoleMoment(tenant.createdAt)
            )
        }
        hasRows = !rows.isEmpty
        pager = Pager(tenants, path: ConsolePlace.tenants.rawValue, query: filter.query)
        dialogs = [TenantsPage.creation(regions)]
    }

    package var markup: String { Templates.render(self, with: "console-tenants") }

    // MARK: - Private

    private static func creation(_ regions: [RegionView]) -> ActionDialog {
        func field(_ name: String, _ label: String, type: String = "text", hint: String? = nil, longest: Int) -> Field {
            Field(name, label, .text(type: type, autocomplete: "off"), hint: hint, longest: longest, scope: "new")
        }
        return ActionDialog(
            "new-tenant",
            "New workspace",
            ["For somebody who does not sign up by themselves. They get the password from you."],
            "POST",
            "/api/tenants",
            fields: [
                field("tenantName", "Name of the organisation", longest: 100),
                field("subdomain", "Subdomain", hint: "3–50 lower-case letters, digits and inner hyphens", longest: 50),
                Field("region", "Region", .choice(regions.map { ($0.id.rawValue, $0.name) }), scope: "new"),
                field("adminFullName", "Administrator’s name", longest: 100),
                field("adminEmail", "Administrator’s email", type: "email", longest: 255),
                field("adminPassword", "First password", type: "password", hint: "8 characters or more", longest: 72),
            ],
            submit: "Make the workspace",
            then: .open("\(ConsolePlace.tenants.rawValue)/{tenant.subdomain}")
        )
    }
}

extension Choice {
    /// The options of a filter, the first of which filters nothing.
    static func choices(_ values: [(String, String)], _ chosen: String?, all: String) -> [Choice] {
        [Choice(value: "", label: all, isSelected: chosen == nil)]
            + values.map { Choice(value: $0.0, label: $0.1, isSelected: $0.0 == chosen) }
    }
}
