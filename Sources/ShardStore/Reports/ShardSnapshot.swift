import HubColumns
package import HubModel
package import Postgres

/// One consistent look at a shard, over all tenants, that can do nothing but count.
///
/// Everything is read in one READ ONLY transaction at REPEATABLE READ, as the role `hub_report`, by one process of the server.
/// Tenants are asked for in batches, so that neither this process nor the server ever holds more than one batch.
package struct ShardSnapshot: Sendable {
    /// So many tenants are a good batch: the server may still use indices, and a round trip is little beside its work.
    package static let batch = 1000

    /// The moment of the snapshot by the shard's clock; what is due before it is overdue.
    package let takenAt: Timestamp
    /// Nil unless ``ReportPart/storage`` is asked for.
    package let weights: StorageWeights?

    private let transaction: PostgresTransaction
    private let question: ReportQuestion
    /// For a server that says nothing any more; one that works ends slow statements itself.
    private let timeout: Duration

    /// Lends a snapshot.
    ///
    /// - Parameters:
    ///   - pool: connections of the administrator.
    ///   - patience: how long one statement may take before the server ends it; half as long again, and a server that says
    ///     nothing is given up.
    /// - Throws: `PostgresError`, or what `body` throws.
    package static func with<Answer>(
        _ question: ReportQuestion,
        in pool: PostgresPool,
        patience: Duration = .seconds(10),
        _ body: (ShardSnapshot) async throws -> Answer
    ) async throws -> Answer {
        let milliseconds = String(patience.components.seconds * 1000)
        let timeout = patience * 1.5
        return try await pool.withTransaction(
            TransactionOptions(isolation: .repeatableRead, isReadOnly: true),
            prologue: [
                """
                SELECT set_config('statement_timeout', \(milliseconds), true), set_config('lock_timeout', '2s', true),
                       set_config('idle_in_transaction_session_timeout', '60s', true), set_config('jit', 'off', true),
                       set_config('max_parallel_workers_per_gather', '0', true)
                """
            ]
        ) { transaction in
            // Sizes are the administrator's to see, and nothing of a tenant.
            let sizes =
                question.parts.contains(.storage) ? try await TableSize.read(in: transaction, within: timeout) : nil
            let answers = try await transaction.pipeline([
                PostgresQuery(unsafeSQL: "SET LOCAL ROLE hub_report").unprepared.within(timeout), "SELECT now()",
            ])
            var weights: StorageWeights?
            if let sizes { weights = try await StorageWeights(sizes, in: transaction, within: timeout) }
            return try await body(
                ShardSnapshot(
                    takenAt: answers[1].single().decode(Timestamp.self, at: 0),
                    weights: weights,
                    transaction: transaction,
                    question: question,
                    timeout: timeout
                )
            )
        }
    }

    /// Counts a batch of tenants; one that has no row here is not among the answer's.
    package func count(_ tenants: [TenantID]) async throws(PostgresError) -> (
        tenants: [TenantFigures], growth: [GrowthCount]
    ) {
        var queries = [ReportSQL.figures(of: tenants)]
        let parts = question.parts
        if parts.contains(.usage) { queries.append(ReportSQL.openTasks(of: tenants)) }
        if parts.contains(.inactive) { queries.append(ReportSQL.activity(of: tenants, since: question.since)) }
        if parts.contains(.storage) { queries.append(ReportSQL.auditEntries(of: tenants)) }
        if parts.contains(.growth) {
            queries.append(ReportSQL.newTasks(of: tenants, since: question.since, by: question.unit))
            queries.append(ReportSQL.growth(of: tenants, since: question.since, by: question.unit))
        }
        var answers = try await transaction.pipeline(queries.map { $0.within(timeout) })[...]
        var found = try ShardSnapshot.figures(answers.removeFirst())
        let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1.tenant, $0) })
        func note(_ change: (inout TenantFigures, PostgresRow) throws(PostgresError) -> Void) throws(PostgresError) {
            for row in answers.removeFirst() {
                guard let place = places[try row.decode(TenantID.self, at: 0)] else { continue }
                try change(&found[place], row)
            }
        }
        if parts.contains(.usage) {
            try note { (figures, row) throws(PostgresError) in
                (figures.inProgress, figures.overdue) = try row.decode((Int.self, Int.self), from: 1)
            }
        }
        if parts.contains(.inactive) {
            try note { (figures, row) throws(PostgresError) in
                figures.lastActiveAt = try row.decode(Timestamp.self, at: 1)
            }
        }
        if parts.contains(.storage) {
            try note { (figures, row) throws(PostgresError) in figures.auditEntries = try row.decode(Int.self, at: 1) }
        }
        var growth: [GrowthCount] = []
        if parts.contains(.growth) {
            for row in answers.removeFirst() {
                let (tenant, date, count) = try row.decode((TenantID?.self, String?.self, Int.self))
                if let date { growth.append(GrowthCount(kind: .tasks, date: date, count: count)) }
                if let place = tenant.flatMap({ places[$0] }) { found[place].newTasks = count }
            }
            for (kind, date, count) in try answers.removeFirst().decode((String.self, String.self, Int.self)) {
                guard let kind = GrowthCount.Kind(rawValue: kind) else { continue }
                growth.append(GrowthCount(kind: kind, date: date, count: count))
            }
        }
        return (found, growth)
    }

    // MARK: - Private

    private static func figures(_ rows: PostgresRows) throws(PostgresError) -> [TenantFigures] {
        try rows.decode(
            (
                TenantID.self, Timestamp.self, Int.self, Int.self, Int.self, Int.self, Int.self, Int.self
            )
        ).map {
            TenantFigures(
                tenant: $0.0,
                createdAt: $0.1,
                maxUsers: $0.2,
                maxProjects: $0.3,
                users: $0.4,
                projects: $0.5,
                tasks: $0.6,
                completed: $0.7
            )
        }
    }
}
