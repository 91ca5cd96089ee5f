import Placement

/// The backends of one shard, or of control, on one event loop.
final class UpstreamGroup {
    /// The shard's id, or `control`.
    let name: String
    let pools: [UpstreamPool]
    let turns: TenantTurns
    private var picker = BackendPicker()

    init(name: String, pools: [UpstreamPool], turns: TenantTurns) {
        self.name = name
        self.pools = pools
        self.turns = turns
    }

    /// The best backend that has not been tried for this request, or nil when there is none.
    func pick(excluding tried: [UpstreamPool]) -> UpstreamPool? {
        let index = picker.pick(count: pools.count) { index in
            let pool = pools[index]
            if tried.contains(where: { $0 === pool }) { return nil }
            return BackendPicker.Candidate(availability: pool.health.availability, outstanding: pool.busyCount)
        }
        return index.map { pools[$0] }
    }
}
