import HubModel
package import HubWire

/// One tenant, and what super admins do to it.
package struct TenantPage: Sendable {
    private struct Meter: Sendable {
        let label: String
        let used: Quantity
        let limit: Quantity?
        let percent: Int
        let isFull: Bool
    }

    private struct Place: Sendable {
        let shard: String
        let isServing: Bool
        let ownership: String
        let rows: Quantity
        let tables: String
        let streams: String
        let error: String?
    }

    private let shell: Shell
    private let id: String
    private let name: String
    private let subdomain: String
    private let url: String
    private let region: String
    private let shard: String
    private let epoch: String
    private let state: StateMark
    private let createdAt: ConsoleMoment
    private let isActive: Bool
    private let isSuspended: Bool
    private let isServed: Bool
    private let planHref: String
    private let trailHref: String
    private let meters: [Meter]
    private let hasSettings: Bool
    private let places: [Place]
    private let rows: [MoveRow]
    private let hasRows: Bool
    private let trail: [TrailRow]
    private let dialogs: [ActionDialog]

    package init(
        admin: UserView,
        tenant: DirectoryTenantView,
        places: [TenantPlaceView],
        moves: [MoveView],
        trail: [DirectoryAuditLogView]
    ) {
        shell = .console(tenant.name, at: .tenants, as: admin)
        id = tenant.id.description
        name = tenant.name
        subdomain = tenant.subdomain.rawValue
        url = tenant.url
        region = tenant.region.rawValue
        shard = tenant.shard.rawValue
        epoch = tenant.epoch.description
        state = StateMark(tenant.state)
        createdAt = ConsoleMoment(tenant.createdAt)
        isActive = tenant.state == .active
        isSuspended = tenant.state == .suspended
        isServed = isActive || isSuspended
        planHref = "\(ConsolePlace.moves.rawValue)/plan?tenant=\(tenant.subdomain)"
        trailHref = "\(ConsolePlace.trail.rawValue)?tenantId=\(tenant.id)"
        hasSettings = tenant.settings != nil
        meters =
            tenant.settings.map { settings in
                [
                    TenantPage.meter("People", settings.usage.users, settings.maxUsers),
                    TenantPage.meter("Projects", settings.usage.projects, settings.maxProjects),
                    TenantPage.meter("Tasks", settings.usage.tasks, nil),
                ]
            } ?? []
        self.places = places.map(TenantPage.place)
        rows = moves.map(MoveRow.init)
        hasRows = !rows.isEmpty
        self.trail = trail.map(TrailRow.init)
        dialogs = TenantPage.dialogs(tenant)
    }

    package var markup: String { Templates.render(self, with: "console-tenant") }

    // MARK: - Private

    private static func meter(_ label: String, _ used: Int, _ limit: Int?) -> Meter {
        Meter(
            label: label,
            used: .count(used),
            limit: limit.map { .count($0) },
            percent: limit.map { min(100, used * 100 / max(1, $0)) } ?? 0,
            isFull: limit.map { used >= $0 } ?? false
        )
    }

    private static func place(_ place: TenantPlaceView) -> Place {
        Place(
            shard: place.shard.rawValue,
            isServing: place.isServing,
            ownership: place.ownership ?? "nothing",
            rows: .count(place.tables.reduce(0) { $0 + $1.rows }),
            tables: place.tables.map { "\($0.table) \($0.rows)" }.joined(separator: ", "),
            streams: place.streams.isEmpty ? "—" : place.streams.joined(separator: ", "),
            error: place.error
        )
    }

    private static func dialogs(_ tenant: DirectoryTenantView) -> [ActionDialog] {
        let path = "/api/tenants/\(tenant.id)"
        func number(_ name: String, _ label: String, _ value: Int?) -> Field {
            Field(
                name,
                label,
                .text(type: "number", autocomplete: "off"),
                isRequired: false,
                value: value.map { String($0) },
                scope: "edit"
            )
        }
        func text(_ name: String, _ label: String, _ value: String, hint: String? = nil, longest: Int) -> Field {
            Field(
                name,
                label,
                .text(type: "text", autocomplete: "off"),
                hint: hint,
                longest: longest,
                value: value,
                scope: "edit"
            )
        }
        let (name, subdomain) = (tenant.name, tenant.subdomain)
        return [
            ActionDialog(
                "edit-limits",
                "Limits of \(name)",
                ["What people have already made stays, also above a lower limit."],
                "PUT",
                path,
                fields: [
                    number("maxUsers", "People, at most", tenant.settings?.maxUsers),
                    number("maxProjects", "Projects, at most", tenant.settings?.maxProjects),
                ],
                submit: "Save limits",
                isPartial: true,
                then: .refresh("The limits are saved.")
            ),
            ActionDialog(
                "rename",
                "Rename \(name)",
                ["The old address stays reserved and leads to the new one."],
                "PUT",
                path,
                fields: [
                    text("name", "Name", tenant.settings?.name ?? name, longest: 100),
                    text(
                        "subdomain",
                        "Subdomain",
                        subdomain.rawValue,
                        hint: "3–50 lower-case letters, digits and inner hyphens",
                        longest: 50
                    ),
                ],
                submit: "Rename",
                isPartial: true,
                then: .open("\(ConsolePlace.tenants.rawValue)/{subdomain}")
            ),
            ActionDialog(
                "suspend",
                "Suspend \(name)?",
                ["Its people see that the workspace is suspended until you resume it. Nothing is deleted."],
                "PUT",
                path,
                submit: "Suspend",
                isDangerous: true,
                extra: "{\"state\":\"suspended\"}",
                then: .refresh("The workspace is suspended.")
            ),
            ActionDialog(
                "resume",
                "Resume \(name)?",
                ["Its people can sign in again at once."],
                "PUT",
                path,
                submit: "Resume",
                extra: "{\"state\":\"active\"}",
                then: .refresh("The workspace is active again.")
            ),
            ActionDialog(
                "impersonate",
                "Act as an administrator of \(name)",
                [
                    "You get a link that works once and for a minute. Everything that is done is recorded under both names, "
                        + "for the workspace’s own people to see."
                ],
                "POST",
                "\(path)/impersonate",
                fields: [
                    Field(
                        "reason",
                        "Why",
                        .text(type: "text", autocomplete: "off"),
                        hint: "A ticket’s number, or what was asked for",
                        longest: 500,
                        scope: "impersonate"
                    )
                ],
                submit: "Make the link",
                then: .show("link")
            ),
            ActionDialog(
                "erase",
                "Erase \(name) for good?",
                [
                    "Every row of the workspace is deleted, on its shard and in the caches. Nobody can bring it back; its "
                        + "subdomain stays reserved."
                ],
                "DELETE",
                "\(path)?confirm={confirm}",
                fields: [
                    Field(
                        "confirm",
                        "Type \(subdomain) to confirm",
                        .text(type: "text", autocomplete: "off"),
                        longest: 50,
                        scope: "erase"
                    )
                ],
                submit: "Erase for good",
                isDangerous: true,
                then: .show("erasure")
            ),
        ]
    }
}
