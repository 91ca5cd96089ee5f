import HubModel
package import HubWire

/// The draining of a shard: which of its tenants are to go where. `drain.js` moves them.
package struct DrainPage: Sendable {
    private struct Row: Sendable {
        let id: String
        let subdomain: String
        let href: String
        let target: String?
        /// Where the move is planned by hand.
        let planHref: String
    }

    private let shell: Shell
    private let shard: String
    private let state: StateMark
    private let isEmpty: Bool
    private let isOpen: Bool
    private let total: Quantity
    private let text: String
    private let regions: [Choice]
    private let rows: [Row]
    private let hasTargets: Bool
    private let isDrainable: Bool
    /// How many tenants are not listed.
    private let further: Quantity?

    /// - Parameters:
    ///   - tenants: the first of those that are on the shard.
    ///   - shards: all of them.
    ///   - region: where tenants may go; nil for everywhere.
    package init(
        admin: UserView,
        shard: ShardView,
        tenants: Page<DirectoryTenantView>,
        shards: [ShardView],
        region: String?
    ) {
        shell = .console("Drain \(shard.id)", at: .shards, as: admin)
        self.shard = shard.id.rawValue
        state = StateMark(shard.state)
        isEmpty = tenants.total == 0
        isOpen = shard.state == .open
        total = .count(tenants.total)
        let others = shards.filter { $0.id != shard.id && $0.state == .open }
        let targets = others.filter { region == nil || $0.region.rawValue == region }
        text =
            (shard.state == .open ? "It gets no new tenants from now on. " : "")
            + "Its \(tenants.total) tenants move away while their people work; each is switched and completed by itself, "
            + "and one that fails stays where it is."
        regions = Choice.choices(
            Set(others.map(\.region.rawValue)).sorted().map { ($0, $0) },
            region,
            all: "Any region"
        )
        hasTargets = !targets.isEmpty
        isDrainable = hasTargets && tenants.total > 0
        var loads = targets.map { (id: $0.id, tenants: $0.tenants) }
        rows = tenants.items.map { tenant in
            // The one with the fewest tenants, counting those that are on their way.
            let least = loads.indices.min { loads[$0].tenants < loads[$1].tenants }
            if let least { loads[least].tenants += 1 }
            let target = least.map { loads[$0].id.rawValue }
            let query = ConsoleQuery([("tenant", tenant.subdomain.rawValue), ("target", target)])
            return Row(
                id: "\(tenant.id)",
                subdomain: tenant.subdomain.rawValue,
                href: "\(ConsolePlace.tenants.rawValue)/\(tenant.subdomain)",
                target: target,
                planHref: "\(ConsolePlace.moves.rawValue)/plan?\(query.text)"
            )
        }
        further = tenants.total > tenants.items.count ? .count(tenants.total - tenants.items.count) : nil
    }

    package var markup: String { Templates.render(self, with: "console-drain") }
}
