import HubModel
import HubWire

/// How the caches of the shards are doing.
struct CacheStatusReport: Report {
    let items: [ShardCacheView]
    let total: Int

    func text(for stream: TextStream) -> String {
        let shares = items.flatMap { shard in shard.tenants.map { (shard.shard, $0) } }
        return backends.text(for: stream) + (shares.isEmpty ? "" : "\n" + tenants(shares).text(for: stream))
    }

    // MARK: - Private

    private var backends: Table {
        var table = Table(
            "SHARD",
            "BACKEND",
            "GATE",
            .number("EPOCH"),
            .number("HIT RATE"),
            .number("READS"),
            .number("MEMORY"),
            .number("EVICTIONS"),
            "AUDITED",
            "NOTE"
        )
        for shard in items {
            for backend in shard.backends {
                let reads = backend.counts.map { $0.hits + $0.misses + $0.bypasses }
                table.append(
                    .init(shard.shard.rawValue),
                    .init(backend.name.rawValue),
                    .init(gateOf: backend),
                    .init(backend.gate.map { String($0.epoch) } ?? "-"),
                    .init(backend.hitRate?.percent ?? "-"),
                    .init(reads?.grouped ?? "-"),
                    .init(shard.server?.memory ?? "-"),
                    .init(shard.server?.evictions.grouped ?? "-"),
                    .init(auditOf: backend),
                    .init(backend.error ?? backend.gate?.reason ?? "")
                )
            }
        }
        return table
    }

    private func tenants(_ shares: [(ShardID, TenantCacheView)]) -> Table {
        var table = Table("SHARD", "TENANT", .number("KEYS"), .number("SIZE"))
        for (shard, share) in shares {
            table.append(
                .init(shard.rawValue),
                .init(share.subdomain?.rawValue ?? "\(share.tenantId)"),
                .init(share.keys.grouped),
                .init(share.bytes.formattedBytes)
            )
        }
        return table
    }
}

extension Table.Cell {
    fileprivate init(gateOf backend: BackendCacheView) {
        switch (backend.gate?.mode, backend.gate?.isLeased) {
        case (nil, _): self.init("no answer", .bad)
        case (.on, true): self.init("on", .good)
        case (.on, _): self.init("on, no lease", .warning)
        case (.closing, _): self.init("closing", .warning)
        case (.off, _): self.init("off", .warning)
        }
    }

    fileprivate init(auditOf backend: BackendCacheView) {
        guard let counts = backend.counts else {
            self.init("-")
            return
        }
        let text = "\(counts.audited.grouped), \(counts.inconsistent.grouped) differ"
        self.init(text, counts.inconsistent > 0 ? .bad : .plain)
    }
}

extension CacheServerView {
    fileprivate var memory: String {
        usedBytes.formattedBytes + (maximumBytes.map { " of \($0.formattedBytes)" } ?? "")
    }
}

extension Double {
    /// A share of 0–1 with one decimal: `96.7 %`.
    fileprivate var percent: String {
        let tenths = Int((self * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
