import Caching
package import HubModel
import Postgres

extension ShardStore {
    /// Ends the service of the context's tenant by this shard, for a move: once it returns every write has either been
    /// committed before or is refused, and no read is answered any more, from the cache neither. Doing it again changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - attempt: of the move; a lower one than the shard has seen is refused.
    ///   - patience: how long writes in flight are waited for. New ones wait meanwhile.
    /// - Throws: `.notOwner` when the shard serves the tenant at another epoch, or another move or attempt has it;
    ///   `.unavailable` when writes in flight did not end in time, or the cache cannot be fenced now: nothing has changed
    ///   then.
    package func freezeTenant(
        _ context: TenantContext,
        for move: MoveID,
        attempt: Int64,
        patience: Duration
    ) async throws(ShardError) {
        try await answering {
            // People wait: while the gate is closing it is better to undo the switch and try it again.
            let prologue = context.freezePrologue(patience)
            try await fenced(context, prologue: prologue, gate: .last, patience: .zero, shares: nil) { shard in
                try shard.note(.ownership)
                try await shard.query(
                    "SELECT hub_freeze_tenant(\(context.tenant), \(context.epoch), \(move), \(attempt))"
                )
            }
        }
    }
}

extension TenantContext {
    fileprivate func freezePrologue(_ patience: Duration) -> [PostgresQuery] {
        let milliseconds = max(1, Int(patience / .milliseconds(1)))
        return ["SELECT set_config('lock_timeout', '\(unescaped: "\(milliseconds)")ms', true)"] + exclusivePrologue
    }
}
