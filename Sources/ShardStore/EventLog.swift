import HubModel
import Postgres

/// The tenant's changes of the last hour, for those who follow them.
package struct EventLog<Access: ShardAccess>: Sendable {
    /// What a reader has not seen yet.
    package struct Piece: Sendable {
        package let events: [EventRecord]
        /// Where the next piece begins.
        package let end: EventPosition
        /// Whether these were all there are. If not, ask again: more are there, or a transaction older than one that has
        /// ended may yet add some.
        package let isComplete: Bool
    }

    /// How long an event is kept at least.
    package static var retention: Duration { .seconds(3600) }

    let shard: ShardTransaction<Access>
}

extension EventLog {
    /// The events after a place, oldest first; events come once, and none is ever added before one that was given.
    ///
    /// Must be used in a transaction that keeps one snapshot.
    ///
    /// - Parameters:
    ///   - position: nil for the end of the log. If that piece is not complete, the end may be told too early, since a
    ///     transaction ended at this very moment: ask again in another transaction.
    ///   - limit: how many events at most.
    package func next(after position: EventPosition?, limit: Int) async throws(ShardError) -> Piece {
        guard let position else {
            return try await end()
        }
        let answers = try await shard.pipeline([
            "SELECT hub_event_horizon(\(tenant))",
            """
            SELECT \(unescaped: EventRecord.columns) FROM events
            WHERE tenantId = \(tenant)
              AND (epoch, transactionId, id) > (\(position.epoch), \(position.transaction), \(position.id))
            ORDER BY epoch, transactionId, id LIMIT \(limit)
            """,
        ])
        let horizon = try answers[0].value(Int64.self)
        var (events, end, isComplete) = ([EventRecord](), position, answers[1].count < limit)
        for event in try answers[1].map(EventRecord.init) {
            guard let event else { continue }
            // What happened at an earlier epoch was complete before the tenant moved here.
            guard event.position.epoch < shard.context.epoch || event.position.transaction < horizon else {
                isComplete = false
                break
            }
            end = event.position
            events.append(event)
        }
        return Piece(events: events, end: end, isComplete: isComplete)
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }

    private func end() async throws(ShardError) -> Piece {
        let answers = try await shard.query(
            """
            SELECT horizon, EXISTS (SELECT FROM events WHERE tenantId = \(tenant) AND epoch = \(shard.context.epoch)
                                                         AND transactionId >= horizon)
            FROM hub_event_horizon(\(tenant)) AS horizon
            """
        ).map { row throws(PostgresError) in try row.decode((Int64.self, Bool.self)) }
        let (horizon, isEarly) = answers[0]
        let end = EventPosition(epoch: shard.context.epoch, transaction: horizon - 1, id: .fresh())
        return Piece(events: [], end: end, isComplete: !isEarly)
    }
}

extension EventLog where Access == WriteAccess {
    /// Removes the oldest events that need not be kept any longer.
    ///
    /// - Parameter limit: how many at most, so that nobody waits long for the locks.
    /// - Returns: how many are left that will have to go some day, counted up to the limit.
    package func prune(limit: Int = 5000) async throws(ShardError) -> Int {
        let tenant = shard.context.tenant
        let answers = try await shard.pipeline([
            """
            DELETE FROM events WHERE tenantId = \(tenant)
              AND createdAt < now() - make_interval(secs => \(EventLog.retention / .seconds(1)))
              AND (epoch, transactionId, id) IN (
                SELECT epoch, transactionId, id FROM events WHERE tenantId = \(tenant)
                ORDER BY epoch, transactionId, id LIMIT \(limit))
            """,
            "SELECT count(*) FROM (SELECT FROM events WHERE tenantId = \(tenant) LIMIT \(limit)) AS remaining",
        ])
        return try answers[1].value()
    }
}

extension ShardTransaction {
    package var events: EventLog<Access> { EventLog(shard: self) }
}
