import HubModel
package import HubWire

/// The shards: how they are, what they hold, and whether they take new tenants.
package struct ShardsPage: Sendable {
    private struct Backend: Sendable {
        let name: String
        let endpoint: String
        let health: StateMark
        let detail: String?
    }

    private struct Row: Sendable {
        let id: String
        let region: String
        let state: StateMark
        let health: StateMark
        let tenants: Quantity
        let tenantsHref: String
        let weight: Int
        let hasLoad: Bool
        let rows: Quantity?
        let bytes: Quantity?
        let sessions: Quantity?
        let active: Quantity?
        /// A counter: `console.js` draws its rate.
        let transactions: String?
        let backends: [Backend]
        /// The dialogs that there are for it.
        let canOpen: Bool
        let canClose: Bool
        let isDraining: Bool
        let drainHref: String
    }

    private let shell: Shell
    private let rows: [Row]
    private let hasRows: Bool
    private let tenantBars: [ShardBar]
    private let rowBars: [ShardBar]
    private let dialogs: [ActionDialog]

    package init(admin: UserView, shards: [ShardView]) {
        shell = .console("Shards", at: .shards, as: admin)
        rows = shards.map(ShardsPage.row)
        hasRows = !shards.isEmpty
        tenantBars = ShardBar.bars(shards) { (Int64($0.tenants), .count($0.tenants)) }
        rowBars = ShardBar.bars(shards) { shard in shard.load.map { ($0.rows, .count($0.rows)) } }
        dialogs = shards.flatMap { shard in
            [ShardState.open, .closed].filter { $0 != shard.state }.map { ShardsPage.dialog(shard, to: $0) }
        }
    }

    package var markup: String { Templates.render(self, with: "console-shards") }

    // MARK: - Private

    private static func row(_ shard: ShardView) -> Row {
        Row(
            id: shard.id.rawValue,
            region: shard.region.rawValue,
            state: StateMark(shard.state),
            health: StateMark(shard.health),
            tenants: .count(shard.tenants),
            tenantsHref: "\(ConsolePlace.tenants.rawValue)?shard=\(shard.id)",
            weight: shard.weight,
            hasLoad: shard.load != nil,
            rows: shard.load.map { .count($0.rows) },
            bytes: shard.load.map { .bytes($0.bytes) },
            sessions: shard.load.map { .count($0.sessions) },
            active: shard.load.map { .count($0.activeSessions) },
            transactions: shard.load.map { String($0.transactions) },
            backends: shard.backends.map { backend in
                Backend(
                    name: backend.name.rawValue,
                    endpoint: backend.endpoint,
                    health: StateMark(backend.health),
                    detail: backend.detail
                )
            },
            canOpen: shard.state != .open,
            canClose: shard.state != .closed,
            isDraining: shard.state == .draining && shard.tenants > 0,
            drainHref: "\(ConsolePlace.shards.rawValue)/\(shard.id)/drain"
        )
    }

    /// - Parameter state: open or closed.
    private static func dialog(_ shard: ShardView, to state: ShardState) -> ActionDialog {
        let (title, text, submit, notice) =
            state == .open
            ? (
                "Open \(shard.id)?", "New workspaces of its region may be made on it again.", "Open",
                "\(shard.id) is open."
            )
            : (
                "Close \(shard.id)?", "It serves its tenants and gets no new ones.", "Close",
                "\(shard.id) is closed to new workspaces."
            )
        return ActionDialog(
            "\(state.rawValue)-\(shard.id)",
            title,
            [text],
            "PUT",
            "/api/shards/\(shard.id)",
            submit: submit,
            extra: "{\"state\":\"\(state.rawValue)\"}",
            then: .refresh(notice)
        )
    }
}
