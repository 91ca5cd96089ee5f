import HubColumns
package import HubModel
import Postgres

extension MoveEngine {
    /// Keeps every write of the tenant out of the source, past its backends; when a backend can be reached, it does this
    /// itself and keeps the cache true. This is for a source whose cache is shut. Doing it again changes nothing.
    ///
    /// - Parameters:
    ///   - epoch: at which the source serves the tenant.
    ///   - limit: how long to wait for writes that are under way. New ones wait behind this.
    /// - Throws: `.late` when they take longer, or the cache is not shut; `.notHeld` when the source serves the tenant at
    ///   another epoch.
    package func freeze(at epoch: Epoch, within limit: Duration) async throws(MoveError) {
        let frozen = try await telling(source, "freezing the tenant") {
            try await source.pool.transact(
                TransactionOptions(isolation: .readCommitted),
                prologue: [
                    .lockTimeout(limit),
                    """
                    SELECT set_config('hub.tenant', \(claim.tenant)::text, true),
                           pg_advisory_xact_lock(18433, hub_tenant_lock_key(\(claim.tenant)))
                    """,
                    // As every writer does: until this ends nobody opens the cache.
                    "SELECT pg_advisory_xact_lock_shared(18435, 0)",
                ],
                [
                    """
                    SELECT hub_freeze_tenant(\(claim.tenant), \(epoch), \(claim.move), \(claim.attempt))
                    FROM cache_gate WHERE mode = 'off'
                    """
                ]
            )[0].count
        }
        guard frozen == 1 else {
            throw MoveError(.late, "the cache of \(source.shard) is in use: it is to be shut first", at: source.shard)
        }
    }

    /// Lets the source serve the tenant again, at a higher epoch, whether it was frozen yet or not; what an aborted switch
    /// does. Again: no change.
    package func unfreeze(at epoch: Epoch) async throws(MoveError) {
        try await set(source, .active, epoch, from: "state IN ('frozen', 'active')")
    }

    /// Lets the target serve the tenant. To be done after the directory's commit, and never taken back. Again: no change.
    ///
    /// - Throws: `.refused` when the stream from the source is still enabled.
    package func open(at epoch: Epoch) async throws(MoveError) {
        if case .enabled = try await subscriptionState() {
            throw MoveError(
                .refused,
                "the stream from \(source.shard) to \(target.shard) is enabled; disable it first",
                at: target.shard
            )
        }
        try await set(target, .active, epoch, from: "state IN ('importing', 'left')")
    }

    /// Notes that the tenant has left the source. Again: no change.
    package func leave() async throws(MoveError) {
        _ = try await change(
            source,
            "leaving the source",
            [
                Self.requireState(of: claim.tenant, .frozen, .left),
                "UPDATE tenant_ownership SET state = 'left', updatedAt = now() WHERE tenantId = \(claim.tenant)",
            ]
        )
    }

    /// What a shard's ownership row says; nil without one.
    package func ownership(at side: MoveSide) async throws(MoveError) -> (state: OwnershipState, epoch: Epoch)? {
        try await telling(side, "reading the ownership row") {
            try await side.pool.query("SELECT state, epoch FROM tenant_ownership WHERE tenantId = \(claim.tenant)")
                .decode((OwnershipState.self, Epoch.self)).first.map { (state: $0.0, epoch: $0.1) }
        }
    }

    // MARK: - Private

    private func set(
        _ side: MoveSide,
        _ state: OwnershipState,
        _ epoch: Epoch,
        from condition: PostgresQuery
    ) async throws(MoveError) {
        let doing = "making the tenant \(state.rawValue)"
        let changed = try await change(
            side,
            doing,
            [
                """
                UPDATE tenant_ownership SET state = \(state), epoch = \(epoch), updatedAt = now()
                WHERE tenantId = \(claim.tenant)
                  AND (\(fragment: condition) AND epoch < \(epoch) OR state = \(state) AND epoch = \(epoch))
                """
            ]
        )[0].affectedRows
        guard changed == 0 else { return }
        let found = try await ownership(at: side)
        let what = found.map { "\($0.state.rawValue) at epoch \($0.epoch)" } ?? "unknown"
        throw MoveError(
            .notHeld,
            "\(doing) at epoch \(epoch) at \(side.shard) is not possible: it is \(what) there",
            at: side.shard
        )
    }
}
