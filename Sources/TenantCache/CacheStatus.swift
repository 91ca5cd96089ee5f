package import Caching
package import HubModel

/// How the cache of a shard is doing, as one backend sees it.
package struct CacheStatus: Sendable {
    /// What the gate's row says, and whether this backend holds a lease on it.
    package struct Gate: Sendable {
        package var epoch: GateEpoch
        package var mode: GateRow.Mode
        package var isLeased: Bool
        /// Why it was last closed, as far as this backend knows.
        package var reason: String?
        /// Whether an operator keeps it shut.
        package var isHeld: Bool

        package init(
            epoch: GateEpoch,
            mode: GateRow.Mode,
            isLeased: Bool,
            reason: String? = nil,
            isHeld: Bool = false
        ) {
            self.epoch = epoch
            self.mode = mode
            self.isLeased = isLeased
            self.reason = reason
            self.isHeld = isHeld
        }
    }

    /// Since this backend started.
    package struct Counts: Hashable, Sendable {
        /// Items read and served from Redis.
        package var hits = 0
        /// Items read from PostgreSQL because Redis did not have them.
        package var misses = 0
        /// Items read from PostgreSQL because a write was about to commit, or no lease was held.
        package var bypasses = 0
        package var fills = 0
        /// Values whose seal was wrong.
        package var refused = 0
        package var fences = 0
        /// How often this backend closed the gate.
        package var closings = 0
        /// Cached items compared with their rows by the auditor, and how many of them differed.
        package var audited = 0
        package var inconsistent = 0

        package init() {}
    }

    /// What one tenant has in Redis.
    package struct Share: Sendable {
        package var tenant: TenantID
        package var keys: Int
        /// As `MEMORY USAGE` counts.
        package var bytes: Int

        package init(tenant: TenantID, keys: Int, bytes: Int) {
            self.tenant = tenant
            self.keys = keys
            self.bytes = bytes
        }
    }

    /// What Redis says of itself; nil while it does not answer.
    package struct Server: Sendable {
        package var usedBytes: Int
        /// 0 for no limit.
        package var maximumBytes: Int
        package var evictions: Int
        /// Those with the most bytes first.
        package var tenants: [Share]

        package init(usedBytes: Int, maximumBytes: Int, evictions: Int, tenants: [Share]) {
            self.usedBytes = usedBytes
            self.maximumBytes = maximumBytes
            self.evictions = evictions
            self.tenants = tenants
        }
    }

    package var gate: Gate
    package var counts: Counts
    package var server: Server?

    package init(gate: Gate, counts: Counts, server: Server?) {
        self.gate = gate
        self.counts = counts
        self.server = server
    }
}
