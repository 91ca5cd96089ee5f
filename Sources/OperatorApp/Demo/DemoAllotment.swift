import Directory
import HubModel
import Topology

/// Which shard each tenant of a demo data set goes to: by chance in proportion to the shards' weights, but always the
/// same, so that an interrupted load goes on.
struct DemoAllotment: Sendable {
    let indices: Range<Int>
    /// In order of their ids, each with a weight above zero.
    private let weighted: [(id: ShardID, weight: Int)]
    private let totalWeight: Int

    /// - Parameters:
    ///   - shards: what the directory has.
    ///   - region: only shards of this region.
    ///   - shard: only this shard, in whichever state it is.
    /// - Throws: ``OperatorError`` when no shard is left.
    init(tenants: Int, over shards: [ShardRecord], region: RegionID?, shard: ShardID?) throws {
        indices = 0..<tenants
        if let shard {
            guard shards.contains(where: { $0.id == shard && region ?? $0.region == $0.region }) else {
                throw OperatorError(
                    .notFound,
                    "the directory has no shard \(shard)\(region.map { " in region \($0)" } ?? ""): "
                        + "run hubctl topology apply, or hubctl shards list"
                )
            }
            weighted = [(shard, 1)]
        } else {
            weighted =
                shards
                .filter { $0.state == .open && $0.weight > 0 && region ?? $0.region == $0.region }
                .map { ($0.id, $0.weight) }
                .sorted { $0.0 < $1.0 }
        }
        totalWeight = weighted.reduce(0) { $0 + $1.weight }
        guard totalWeight > 0 else {
            throw OperatorError(
                .refused,
                "no open shard\(region.map { " of region \($0)" } ?? "") is in the directory: run hubctl topology apply"
            )
        }
    }

    var shards: [ShardID] { weighted.map(\.id) }

    /// Where the tenant of this index goes.
    func shard(of index: Int) -> ShardID {
        // Fibonacci hashing (Knuth, TAOCP volume 3, section 6.4) spreads neighbours.
        let hash = (UInt64(index) &* 0x9E37_79B9_7F4A_7C15) >> 32
        var rest = Int(hash % UInt64(totalWeight))
        for (id, weight) in weighted {
            if rest < weight { return id }
            rest -= weight
        }
        preconditionFailure("the weights sum up to their total")
    }
}
