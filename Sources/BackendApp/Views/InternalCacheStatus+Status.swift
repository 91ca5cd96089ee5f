import Caching
import HubWire
import TenantCache

extension InternalCacheStatus {
    init(_ status: CacheStatus) {
        self.init(
            gate: CacheGateView(status.gate),
            counts: CacheCountsView(status.counts),
            server: status.server.map { server in
                CacheServerView(
                    usedBytes: server.usedBytes,
                    maximumBytes: server.maximumBytes > 0 ? server.maximumBytes : nil,
                    evictions: server.evictions
                )
            },
            tenants: status.server?.tenants.map { share in
                InternalCacheShare(tenantId: share.tenant, keys: share.keys, bytes: share.bytes)
            } ?? []
        )
    }
}

extension InternalCacheWarming {
    init(_ outcome: WarmOutcome) {
        switch outcome {
        case .warmed(let filled, let present): self.init(.warmed, filled: filled, present: present)
        case .skipped(let reason): self.init(.skipped, reason: reason)
        case .failed(let reason): self.init(.failed, reason: reason)
        }
    }
}

extension CacheGateView {
    fileprivate init(_ gate: CacheStatus.Gate) {
        let mode: CacheMode =
            switch gate.mode {
            case .on: .on
            case .closing: .closing
            case .off: .off
            }
        self.init(
            epoch: gate.epoch.rawValue,
            mode: mode,
            isLeased: gate.isLeased,
            reason: gate.reason,
            isHeld: gate.isHeld
        )
    }
}

extension CacheCountsView {
    fileprivate init(_ counts: CacheStatus.Counts) {
        self.init(
            hits: counts.hits,
            misses: counts.misses,
            bypasses: counts.bypasses,
            fills: counts.fills,
            refused: counts.refused,
            fences: counts.fences,
            closings: counts.closings,
            audited: counts.audited,
            inconsistent: counts.inconsistent
        )
    }
}
