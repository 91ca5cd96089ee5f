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
        let hasShares: Bool
        /// Whether an operator keeps it off.
        let isHeld: Bool
        /// Why, as they said.
        let heldBecause: String?
    }

    private let shell: Shell
    private let rows: [Row]
    private let hasRows: Bool
    private let dialogs: [ActionDialog]

    package init(admin: UserView, caches: [ShardCacheView]) {
        shell = .console("Cache", at: .cache, as: admin)
        rows = caches.map(CachePage.row)
        hasRows = !caches.isEmpty
        dialogs = caches.map { CachePage.isHeld($0) ? CachePage.turningOn($0.shard) : CachePage.turningOff($0.shard) }
    }

    package var markup: String { Templates.render(self, with: "console-cache") }

    // MARK: - Private

    private static func row(_ cache: ShardCacheView) -> Row {
        let counts = cache.backends.compactMap(\.counts)
        let hits = counts.reduce(0) { $0 + $1.hits }
        let isHeld = CachePage.isHeld(cache)
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
            },
            hasShares: !cache.tenants.isEmpty,
            isHeld: isHeld,
            heldBecause: isHeld ? cache.backends.lazy.compactMap { $0.gate?.reason }.first : nil
        )
    }

    private static func isHeld(_ cache: ShardCacheView) -> Bool {
        cache.backends.contains { $0.gate?.isHeld == true }
    }

    private static func turningOff(_ shard: ShardID) -> ActionDialog {
        ActionDialog(
            "off-\(shard)",
            "Switch the cache of \(shard) off?",
            [
                "Everything is read from PostgreSQL then, which is slower and never wrong. Writes of the shard wait once, for "
                    + "about two seconds. It stays off until it is switched on again."
            ],
            "PUT",
            "/api/cache/\(shard)",
            fields: [
                Field(
                    "reason",
                    "Why",
                    .text(type: "text", autocomplete: "off"),
                    hint: "It is shown here and kept in the audit trail.",
                    longest: 200,
                    scope: "off-\(shard)"
                )
            ],
            submit: "Switch off",
            isDangerous: true,
            extra: "{\"on\":false}",
            then: .refresh("The cache of \(shard) is switched off.")
        )
    }

    private static func turningOn(_ shard: ShardID) -> ActionDialog {
        ActionDialog(
            "on-\(shard)",
            "Use the cache of \(shard) again?",
            ["Its backends open it within a few seconds, if they all reach Redis. What was in it before is not used."],
            "PUT",
            "/api/cache/\(shard)",
            submit: "Switch on",
            extra: "{\"on\":true}",
            then: .refresh("The cache of \(shard) may be used again.")
        )
    }

    private static func backend(_ backend: BackendCacheView) -> Backend {
        Backend(
            name: backend.name.rawValue,
            error: backend.error,
            gate: backend.gate.map { StateMark($0.mode) },
            epoch: backend.gate.map { String($0.epoch) } ?? "—",
            reason: backend.gate.flatMap { $0.mode == .on || $0.isHeld == true ? nil : $0.reason },
            hitRate: backend.hitRate.map(Quantity.percent),
            hits: backend.counts.map { .count($0.hits) },
            misses: backend.counts.map { .count($0.misses) },
            bypasses: backend.counts.map { .count($0.bypasses) },
            inconsistent: backend.counts.map { .count($0.inconsistent) },
            isWrong: (backend.counts?.inconsistent ?? 0) > 0
        )
    }
}
