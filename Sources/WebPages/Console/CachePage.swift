import HubModel
package import HubWire

/// The shards' caches: how much they spare the databases, whether they are used, and warming them.
package struct CachePage: Sendable {
    private struct Backend: Sendable {
        let name: String
        let error: String?
        let gate: StateMark?
        let epoch: String
        let reason: String?
        let hitRate: Quantity?
        let hits: Quantity?
        let misses: Quantity?
        let bypasses: Quantity?
        let inconsistent: Quantity?
        let isWrong: Bool
    }

    private struct Share: Sendable {
        let subdomain: String
        let href: String?
        let keys: Quantity
        let bytes: Quantity
    }

    private struct Row: Sendable {
        let shard: String
        let region: String
        let rate: Quantity?
        /// 0–100.
        let percent: Int
        /// Counters: `console.js` draws the rate of what came between two looks.
        let hitCount: String
        let readCount: String
        let used: Quantity?
        let maximum: Quantity?
        let evictions: Quantity?
        let hasServer: Bool
        let backends: [Backend]
        let shares: [Share]
    }

    private let shell: Shell
    private let rows: [Row]
    private let hasRows: Bool

    package init(admin: UserView, caches: [ShardCacheView]) {
        shell = .console("Cache", at: .cache, as: admin)
        rows = caches.map(CachePage.row)
        hasRows = !caches.isEmpty
    }

    package var markup: String { Templates.render(self, with: "console-cache") }

    // MARK: - Private

    private static func row(_ cache: ShardCacheView) -> Row {
        let counts = cache.backends.compactMap(\.counts)
        let hits = counts.reduce(0) { $0 + $1.hits }
        return Row(
            shard: cache.shard.rawValue,
            region: cache.region.rawValue,
            rate: cache.hitRate.map(Quantity.percent),
            percent: Int((cache.hitRate ?? 0) * 100),
            hitCount: String(hits),
            readCount: String(counts.reduce(hits) { $0 + $1.misses + $1.bypasses }),
            used: cache.server.map { .bytes(Int64($0.usedBytes)) },
            maximum: cache.server?.maximumBytes.map { .bytes(Int64($0)) },
            evictions: cache.server.map { .count($0.evictions) },
            hasServer: cache.server != nil,
            backends: cache.backends.map(CachePage.backend),
            shares: cache.tenants.map { tenant in
                Share(
                    subdomain: tenant.subdomain?.rawValue ?? "erased",
                    href: tenant.subdomain.map { "\(ConsolePlace.tenants.rawValue)/\($0)" },
                    keys: .count(tenant.keys),
                    bytes: .bytes(Int64(tenant.bytes))
                )
            }
        )
    }

    private static func backend(_ backend: BackendCacheView) -> Backend {
        Backend(
            name: backend.name.rawValue,
            error: backend.error,
            gate: backend.gate.map { StateMark($0.mode) },
            epoch: backend.gate.map { String($0.epoch) } ?? "—",
            reason: backend.gate?.reason,
            hitRate: backend.hitRate.map(Quantity.percent),
            hits: backend.counts.map { .count($0.hits) },
            misses: backend.counts.map { .count($0.misses) },
            bypasses: backend.counts.map { .count($0.bypasses) },
            inconsistent: backend.counts.map { .count($0.inconsistent) },
            isWrong: (backend.counts?.inconsistent ?? 0) > 0
        )
    }
}
