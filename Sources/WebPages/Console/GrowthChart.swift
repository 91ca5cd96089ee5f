import HubModel
import HubWire

/// How many things of a kind were made in each step of a window, as a line; drawn by `console-growth`.
struct GrowthChart: Sendable {
    private static let width = 300.0
    private static let height = 72.0

    let title: String
    let added: Quantity
    /// The most of one step.
    let most: Quantity
    let step: String
    let first: String
    let last: String
    /// SVG: the points of the line, and the area under it.
    let line: String
    let area: String

    init(_ title: String, _ growth: ReportGrowthView, _ amount: (ReportGrowthCounts) -> Int) {
        self.title = title
        let amounts = growth.points.map { amount($0.added) }
        let top = amounts.max() ?? 0
        added = .count(amount(growth.added))
        most = .count(top)
        step = growth.unit.rawValue
        first = growth.points.first?.date ?? ""
        last = growth.points.last?.date ?? ""
        // One point is a line from side to side.
        let drawn = amounts.count == 1 ? amounts + amounts : amounts
        let points = drawn.enumerated().map { number, amount in
            let x = Double(number) / Double(max(1, drawn.count - 1)) * GrowthChart.width
            let y = GrowthChart.height - 2 - Double(amount) / Double(max(1, top)) * (GrowthChart.height - 6)
            return "\(GrowthChart.text(x)),\(GrowthChart.text(y))"
        }
        line = points.joined(separator: " ")
        area =
            "M0,\(Int(GrowthChart.height)) L\(points.joined(separator: " L")) "
            + "L\(Int(GrowthChart.width)),\(Int(GrowthChart.height)) Z"
    }

    // MARK: - Private

    /// With one decimal.
    private static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
