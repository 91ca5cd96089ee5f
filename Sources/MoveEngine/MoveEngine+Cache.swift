package import Caching
import Postgres
import ShardStore

/// What the engine does to the source's cache when no backend is there to keep it true.
extension MoveEngine {
    /// Shuts the source's cache for all its tenants, and returns when no backend uses it any more; to be done before the
    /// freeze, since it takes longer than a tenant should wait. Doing it again prolongs it.
    ///
    /// It stays shut for ``CacheTiming/objection``, as if a backend could not reach it, or until it is reopened: a mover
    /// that is lost leaves nothing shut.
    ///
    /// - Throws: `.late` when somebody opens it again and again.
    package func shutCache(timing: CacheTiming = CacheTiming()) async throws(MoveError) {
        let gate = CacheGateStore(pool: source.pool, timing: timing)
        let reason = "move \(claim.move) takes a tenant away while no backend can be reached"
        var closing: (epoch: GateEpoch, since: ContinuousClock.Instant)?
        _ = try await wait(
            for: "the cache of \(source.shard) to be off",
            within: .seconds(15),
            every: .milliseconds(50)
        ) {
            () throws(MoveError) -> Bool? in
            let row = try await telling(source, "shutting the cache") {
                try await gate.observe(objecting: true, as: sessionName).row
            }
            switch row.mode {
            case .off: return true
            case .on:
                _ = try await telling(source, "shutting the cache") { try await gate.close(row.epoch, reason: reason) }
            case .closing:
                // Each backend trusts what it has read for the time of a lease.
                if closing?.epoch != row.epoch { closing = (row.epoch, .now) }
                if let closing, ContinuousClock.now - closing.since >= timing.drain {
                    _ = try await telling(source, "shutting the cache") { try await gate.drain(row.epoch) }
                }
            }
            return nil
        }
    }

    /// Lets the source's cache be opened again by its backends, unless an operator keeps it shut.
    package func reopenCache() async throws(MoveError) {
        _ = try await telling(source, "reopening the cache") {
            try await CacheGateStore(pool: source.pool).observe(objecting: false, as: sessionName)
        }
    }
}
