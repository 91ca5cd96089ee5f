import HubModel
package import HubWire

/// The console's first page: how the hub is, what moves, and what was done lately.
package struct OverviewPage: Sendable {
    private struct Tile: Sendable {
        let label: String
        let href: String
        let quantity: Quantity?
        let remark: String
        let tone: String
    }

    private let shell: Shell
    private let tiles: [Tile]
    private let tenantBars: [ShardBar]
    private let byteBars: [ShardBar]
    private let rows: [MoveRow]
    private let hasRows: Bool
    private let trail: [TrailRow]
    private let hasShards: Bool

    /// - Parameters:
    ///   - tenants: how many there are.
    ///   - moves: those that are not over.
    ///   - trail: the newest entries.
    package init(
        admin: UserView,
        tenants: Int,
        shards: [ShardView],
        moves: Page<MoveView>,
        caches: [ShardCacheView],
        trail: [DirectoryAuditLogView]
    ) {
        shell = .console("Overview", at: .overview, as: admin)
        let ailing = shards.filter { $0.health != .up }
        let counts = caches.flatMap(\.backends).compactMap(\.counts)
        let closed = caches.filter { $0.backends.contains { $0.gate.map { $0.mode != .on } ?? false } }
        let waiting = moves.items.filter { ["verified", "switched", "failed"].contains($0.state) }.count
        tiles = [
            Tile(
                label: "Tenants",
                href: ConsolePlace.tenants.rawValue,
                quantity: .count(tenants),
                remark: "on \(shards.count) shards",
                tone: ""
            ),
            Tile(
                label: "Shards up",
                href: ConsolePlace.shards.rawValue,
                quantity: .count(shards.count - ailing.count),
                remark: ailing.isEmpty
                    ? "all of \(shards.count)" : "\(ailing.map(\.id.rawValue).joined(separator: ", ")) needs a look",
                tone: ailing.isEmpty ? "good" : "bad"
            ),
            Tile(
                label: "Moves under way",
                href: ConsolePlace.moves.rawValue,
                quantity: .count(moves.total),
                remark: OverviewPage.remark(moves: moves.total, waiting: waiting),
                tone: waiting > 0 ? "warn" : ""
            ),
            Tile(
                label: "Cache hits",
                href: ConsolePlace.cache.rawValue,
                quantity: counts.hitRate.map(Quantity.percent),
                remark: closed.isEmpty
                    ? "every gate is on" : "off at \(closed.map(\.shard.rawValue).joined(separator: ", "))",
                tone: closed.isEmpty ? "" : "warn"
            ),
        ]
        tenantBars = ShardBar.bars(shards) { (Int64($0.tenants), .count($0.tenants)) }
        byteBars = ShardBar.bars(shards) { shard in shard.load.map { ($0.bytes, .bytes($0.bytes)) } }
        hasShards = !shards.isEmpty
        rows = moves.items.map(MoveRow.init)
        hasRows = !rows.isEmpty
        self.trail = trail.map(TrailRow.init)
    }

    package var markup: String { Templates.render(self, with: "console-overview") }

    // MARK: - Private

    private static func remark(moves: Int, waiting: Int) -> String {
        switch (moves, waiting) {
        case (0, _): "nothing moves"
        case (_, 0): "all by themselves"
        case (_, 1): "1 waits for you"
        default: "\(waiting) wait for you"
        }
    }
}
