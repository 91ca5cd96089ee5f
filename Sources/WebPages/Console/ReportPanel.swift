import HubModel
import HubWire

/// A list of bars under a title; drawn by `console-report-panel`.
struct ReportPanel: Sendable {
    let id: String
    let title: String
    let bars: [ShardBar]
    let hasBars: Bool
    /// What is said instead of an empty list.
    let empty: String

    init(_ id: String, _ title: String, _ bars: [ShardBar], empty: String = "There is none.") {
        self.id = id
        self.title = title
        self.bars = bars
        hasBars = !bars.isEmpty
        self.empty = empty
    }

    /// Tenants by an amount.
    init(_ id: String, _ title: String, _ tenants: [ReportTenantView], empty: String, _ write: (Int64) -> Quantity) {
        let most = tenants.map(\.amount).max() ?? 0
        self.init(
            id,
            title,
            tenants.map { tenant in
                ShardBar(
                    label: tenant.label,
                    href: tenant.href,
                    quantity: write(tenant.amount),
                    percent: ShardBar.percent(tenant.amount, of: most),
                    tone: ""
                )
            },
            empty: empty
        )
    }
}
