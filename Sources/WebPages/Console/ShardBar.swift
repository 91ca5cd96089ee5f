import HubModel
import HubWire

/// A shard, or what else is compared, as one bar of a chart; drawn by `console-bars`.
struct ShardBar: Sendable {
    let label: String
    let href: String?
    let quantity: Quantity
    /// Of the longest bar, 0–100.
    let percent: Int
    /// A colour of the chart's own, `r0` to `r5`, that the shards of a region share.
    let tone: String

    /// - Parameter amount: what the bars show.
    static func bars(_ shards: [ShardView], _ amount: (ShardView) -> (Int64, Quantity)?) -> [ShardBar] {
        let known = shards.compactMap { shard in amount(shard).map { (shard, $0.0, $0.1) } }
        let most = max(1, known.map(\.1).max() ?? 1)
        var regions: [String] = []
        for shard in shards where !regions.contains(shard.region.rawValue) { regions.append(shard.region.rawValue) }
        return known.map { shard, number, quantity in
            ShardBar(
                label: shard.id.rawValue,
                href: "\(ConsolePlace.tenants.rawValue)?shard=\(shard.id)",
                quantity: quantity,
                percent: percent(number, of: most),
                tone: "r\((regions.firstIndex(of: shard.region.rawValue) ?? 0) % 6)"
            )
        }
    }

    /// 0–100; what is more than nothing is seen.
    static func percent(_ number: Int64, of most: Int64) -> Int {
        number > 0 && most > 0 ? max(1, Int(Double(number) / Double(most) * 100)) : 0
    }
}
