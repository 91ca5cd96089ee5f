import Caching
import Postgres

/// How a transaction that writes ends: not before the cache is fenced off from what it changes.
extension ShardStore {
    /// Lends a write transaction, and commits it once the fence stands on the items that it changes.
    ///
    /// While the fence cannot stand, because the gate is closing or Redis does not answer, all is rolled back and `body`
    /// runs again, until the store's patience is at its end.
    ///
    /// - Parameters:
    ///   - gate: when the gate is read.
    ///   - patience: how long to wait for the gate; nil for the store's.
    ///   - shares: how much of the pool the tenant may use at once; nil for all of it.
    ///   - body: notes its changes; may run several times.
    func fenced<Answer: Sendable>(
        _ context: TenantContext,
        prologue: [PostgresQuery],
        gate: GateReading,
        patience: Duration? = nil,
        shares: TenantShares?,
        _ body: (ShardTransaction<WriteAccess>) async throws -> Answer
    ) async throws -> Answer {
        let patience = patience ?? self.patience
        var deadline: ContinuousClock.Instant?
        while true {
            if case .by(let fencing) = fencing, patience > .zero { await fencing.settle() }
            switch try await attempt(context, prologue, gate, shares, body) {
            case .committed(let answer): return answer
            case .refused(let pause):
                // The tenant's reads need not wait for the gate.
                TenantTurn.current?.giveUp()
                let now = ContinuousClock.now
                let end = deadline ?? now + patience
                guard now + pause < end else {
                    throw ShardError(.unavailable, "the shard's cache did not let the write pass within \(patience)")
                }
                deadline = end
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    throw ShardError(.cancelled, "the request was cancelled")
                }
            }
        }
    }

    // MARK: - Private

    /// Every fence that was raised is lowered, however the transaction ends.
    private func attempt<Answer: Sendable>(
        _ context: TenantContext,
        _ prologue: [PostgresQuery],
        _ gate: GateReading,
        _ shares: TenantShares?,
        _ body: (ShardTransaction<WriteAccess>) async throws -> Answer
    ) async throws -> Attempt<Answer> {
        var lower: (@Sendable (TransactionEnding) async -> Void)?
        do {
            let answer = try await transact(.fenced, context, prologue: prologue, shares: shares) { transaction in
                let changes = NotedChanges()
                let answer = try await body(
                    ShardTransaction(context: context, transaction: transaction, changes: changes)
                )
                lower = try await raise(context, changes.all, gate, transaction)
                return answer
            }
            await lower?(.committed)
            return .committed(answer)
        } catch let refusal as FenceRefusal {
            return .refused(retryAfter: refusal.retryAfter)
        } catch {
            await lower?((error as? PostgresError)?.code == .commitUnknown ? .unknown : .aborted)
            throw error
        }
    }

    /// Whatever a transaction changes, replicas show it later than the primary: the position that they must have replayed is
    /// fenced by each, also by one that changes nothing the cache holds.
    ///
    /// - Returns: how the fence is lowered; nil when there is none.
    private func raise(
        _ context: TenantContext,
        _ changes: [CacheChange],
        _ gate: GateReading,
        _ transaction: PostgresTransaction
    ) async throws -> (@Sendable (TransactionEnding) async -> Void)? {
        if case .unserved = fencing { return nil }
        let (row, writer) = try await transaction.read(gate)
        guard case .by(let fencing) = fencing else {
            guard row.mode == .off else {
                throw ShardError(
                    .failed,
                    "the shard's cache is in use and this writer does not fence it, so the write would make it stale"
                )
            }
            return nil
        }
        let scope = CacheScope(
            tenant: context.tenant,
            tenantEpoch: context.epoch,
            subjects: changes.flatMap(\.subjects) + [.position]
        )
        switch await fencing.raise(scope, row, writer: writer) {
        case .raised(let lower): return lower
        case .refused(let pause): throw FenceRefusal(retryAfter: pause)
        }
    }
}

/// When a write transaction takes the gate's lock and reads its row. Either way it holds the lock when it decides to commit.
enum GateReading {
    /// With the first query, which costs nothing; the prologue ends with ``PostgresQuery/gateReading(after:)``.
    case first
    /// Just before the COMMIT, by a round trip of its own: what takes long must not keep the gate from being opened.
    case last
}

/// Rolls a transaction back.
private struct FenceRefusal: Error {
    let retryAfter: Duration
}

private enum Attempt<Answer: Sendable> {
    case committed(Answer)
    case refused(retryAfter: Duration)
}

extension PostgresQuery {
    /// Reads the gate's row, and names the transaction by its id.
    ///
    /// In a statement after the one that took the gate's lock, under READ COMMITTED, so that the snapshot is younger.
    ///
    /// - Parameter judgement: an expression that is evaluated first; its value is of no interest.
    static func gateReading(after judgement: PostgresQuery = "NULL") -> PostgresQuery {
        """
        SELECT \(fragment: judgement), pg_current_xact_id(), \(unescaped: GateRow.columns)
        FROM (VALUES (1)) AS one LEFT JOIN cache_gate AS g ON true
        """
    }
}

extension PostgresTransaction {
    /// What the gate's row says, and the transaction's id.
    fileprivate func read(_ gate: GateReading) async throws -> (GateRow, WriterID) {
        let rows =
            switch gate {
            case .first: try await prologueRows()
            case .last: try await pipeline(["SELECT pg_advisory_xact_lock_shared(18435, 0)", .gateReading()])
            }
        guard let row = try rows.last?.single(), try row.decode(GateEpoch?.self, at: 2) != nil else {
            throw CacheGateStore.missing
        }
        return (try GateRow(columnsOf: row, from: 2), try row.decode(WriterID.self, at: 1))
    }
}
