import HubModel
package import HubWire

/// What the control plane's trail is filtered by, as the page's address has it.
package struct TrailFilter: Sendable {
    let action: String?
    let entity: String?
    let tenant: String?
    package let from: String?
    package let to: String?

    package init(action: String?, entity: String?, tenant: String?, from: String?, to: String?) {
        self.action = action
        self.entity = entity
        self.tenant = tenant
        self.from = from
        self.to = to
    }

    var isEmpty: Bool { action == nil && entity == nil && tenant == nil && from == nil && to == nil }

    var query: ConsoleQuery {
        ConsoleQuery([("action", action), ("entityType", entity), ("tenantId", tenant), ("from", from), ("to", to)])
    }
}

/// The control plane's own trail, newest first.
package struct TrailPage: Sendable {
    private let shell: Shell
    private let total: Quantity
    private let actions: [Choice]
    private let entities: [Choice]
    private let tenantID: String
    private let from: String
    private let to: String
    private let isFiltered: Bool
    private let isShown: Bool
    private let trail: [TrailRow]
    private let pager: Pager

    /// - Parameter entities: what entries can be about.
    package init(
        admin: UserView,
        trail: Page<DirectoryAuditLogView>,
        filter: TrailFilter,
        entities: [String]
    ) {
        shell = .console("Audit", at: .trail, as: admin)
        total = .count(trail.total)
        actions = Choice.choices(
            TrailPage.ownActions.map { ($0.rawValue, $0.label) },
            filter.action,
            all: "All actions"
        )
        self.entities = Choice.choices(
            entities.map { ($0, TrailRow.words($0)) },
            filter.entity,
            all: "About anything"
        )
        tenantID = filter.tenant ?? ""
        from = filter.from.map { String($0.prefix(10)) } ?? ""
        to = filter.to.map { String($0.prefix(10)) } ?? ""
        isFiltered = !filter.isEmpty
        isShown = !trail.items.isEmpty
        self.trail = trail.items.map(TrailRow.init)
        pager = Pager(trail, path: ConsolePlace.trail.rawValue, query: filter.query)
    }

    package var markup: String { Templates.render(self, with: "console-trail") }

    // MARK: - Private

    /// Those that the control plane records.
    private static let ownActions: [AuditAction] = [
        .createTenant, .updateTenant, .deleteTenant, .moveTenant, .restoreTenant, .impersonate, .updateShard,
        .warmCache,
        .createUser, .updateUser, .deleteUser, .login, .loginFailed, .logout,
    ]
}
