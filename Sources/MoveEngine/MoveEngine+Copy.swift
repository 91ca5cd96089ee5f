import HubModel
import Logging
import Postgres
import Reactor

extension MoveEngine {
    /// Makes the source's slot and copies the tenant's rows as they are at that very moment, by several streams at once.
    ///
    /// The snapshot dies with this call: a copy that failed is cleared and made again, under the next generation. Rows go
    /// from one server's binary COPY to the other's as they are; foreign keys and triggers of the target do not act.
    ///
    /// - Parameter progress: called at most ten times a second, and at the end.
    /// - Returns: what was copied.
    /// - Throws: `.late` when the slot waited too long for open transactions.
    package func copy(
        _ options: CopyOptions = CopyOptions(),
        progress: @escaping @Sendable (CopyProgress) -> Void = { _ in }
    ) async throws(MoveError) -> CopyProgress {
        try await require(target, "copying")
        try await require(source, "copying")
        try await prepareAuditPartitions()
        let tables = try await carriedTables(at: source)
        let tally = CopyTally(tables, progress)
        try await telling(source, "making the slot \(stream)") {
            try await PostgresConnection.withConnection(
                slotConfiguration(options),
                on: reactors.next(),
                logger: logger
            ) { replication in
                let snapshot = try await exportSnapshot(replication, options)
                let admission = [requirement, Self.requireState(of: claim.tenant, .importing)]
                try await copy(snapshot, CopyQueue(tables), tally, options, admission)
            }
        }
        // Without statistics the first verification would walk whole tables.
        _ = try await telling(target, "gathering statistics") {
            try await target.pool.query(
                PostgresQuery(unsafeSQL: "ANALYZE \(tables.map(\.name).joined(separator: ", "))")
                    .unprepared.within(.seconds(300))
            )
        }
        return tally.finish()
    }

    /// Copies what is in the queue, as the source has it in a snapshot.
    ///
    /// - Parameter admission: what each transaction at the target begins with, and fails with when it may not write there.
    func copy(
        _ snapshot: String,
        _ queue: CopyQueue,
        _ tally: CopyTally,
        _ options: CopyOptions,
        _ admission: [PostgresQuery]
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<options.streams {
                group.addTask { try await run(snapshot, queue, tally, options, admission) }
            }
            // The first failure ends the others.
            for try await _ in group {}
        }
    }

    // MARK: - Private

    /// One stream: takes what is to be done until nothing is left.
    private func run(
        _ snapshot: String,
        _ queue: CopyQueue,
        _ tally: CopyTally,
        _ options: CopyOptions,
        _ admission: [PostgresQuery]
    ) async throws {
        // Both connections on one reactor, so that data goes from one to the other without leaving its thread's cache.
        let reactor = reactors.next()
        try await telling(source, "copying") {
            try await PostgresConnection.withConnection(streamConfiguration(source), on: reactor, logger: logger) {
                from in
                try await telling(target, "copying") {
                    try await PostgresConnection.withConnection(
                        streamConfiguration(target),
                        on: reactor,
                        logger: logger
                    ) { into in
                        try await work(from, into, snapshot, queue, tally, options, admission)
                    }
                }
            }
        }
    }

    private func work(
        _ from: PostgresConnection,
        _ into: PostgresConnection,
        _ snapshot: String,
        _ queue: CopyQueue,
        _ tally: CopyTally,
        _ options: CopyOptions,
        _ admission: [PostgresQuery]
    ) async throws {
        try await from.withTransaction(
            TransactionOptions(isolation: .repeatableRead, isReadOnly: true),
            prologue: [PostgresQuery(unsafeSQL: "SET TRANSACTION SNAPSHOT '\(snapshot)'").unprepared]
        ) { reading in
            while true {
                try Task.checkCancellation()
                switch queue.take() {
                case .done: return
                case .wait: try await Task.sleep(for: .milliseconds(2))
                case .item(.cut(let table)):
                    let ranges = try await telling(source, "cutting \(table.name) into ranges") {
                        try KeyRange.ranges(
                            of: table,
                            try await reading.query(
                                KeyRange.boundaries(of: table, claim.tenant, size: options.rangeRows)
                            )
                        )
                    }
                    tally.count(table, totalRows: ranges.reduce(0) { $0 + $1.rows })
                    queue.add(ranges)
                case .item(.copy(let range)):
                    try await yield(options)
                    try await copy(range, reading, into, tally, admission)
                }
            }
        }
    }

    private func copy(
        _ range: KeyRange,
        _ reading: PostgresTransaction,
        _ into: PostgresConnection,
        _ tally: CopyTally,
        _ admission: [PostgresQuery]
    ) async throws {
        let columns = range.table.columnList
        let condition = range.condition(claim.tenant)
        let output = PostgresQuery(
            unsafeSQL: "COPY (SELECT \(columns) FROM \(range.table.name) WHERE \(condition)) TO STDOUT (FORMAT binary)"
        )
        let input = PostgresQuery(unsafeSQL: "COPY \(range.table.name) (\(columns)) FROM STDIN (FORMAT binary)")
        let rows = try await into.withTransaction(
            TransactionOptions(isolation: .readCommitted),
            prologue: admission
        ) { writing in
            try await writing.copyIn(input) { writer in
                try await telling(source, "reading \(range.table.name)") {
                    _ = try await reading.copyOut(output) { chunk in
                        try await telling(target, "writing \(range.table.name)") { try await writer.write(chunk) }
                        tally.count(range.table, bytes: chunk.count)
                    }
                }
            }
        }
        guard rows == range.rows else {
            throw MoveError(.failed, "\(rows) rows of \(range.summary) were copied, and \(range.rows) counted")
        }
        tally.count(range.table, rows: rows)
    }

    /// Waits while the source is to be spared.
    private func yield(_ options: CopyOptions) async throws {
        while true {
            var pause = await options.pause()
            if let maximum = options.maximumLag, try await otherLag() > maximum {
                pause = max(pause, .milliseconds(200))
            }
            if pause <= .zero { return }
            // Whoever waits for long learns here that it was followed by another.
            try await require(source, "copying")
            try await Task.sleep(for: pause)
        }
    }

    /// How far the farthest of the source's other slots that is read is behind.
    private func otherLag() async throws -> Int {
        try await source.pool.query(
            """
            SELECT coalesce(max(pg_current_wal_lsn() - confirmed_flush_lsn), 0)::bigint FROM pg_replication_slots
            WHERE active AND confirmed_flush_lsn IS NOT NULL AND slot_name <> \(stream.description)
            """
        ).single().decode(Int.self, at: 0)
    }

    private func exportSnapshot(
        _ replication: PostgresConnection,
        _ options: CopyOptions
    ) async throws -> String {
        let rows = try await replication.simpleQuery(
            "CREATE_REPLICATION_SLOT \(PostgresQuery.quoted(identifier: stream.description)) LOGICAL pgoutput (SNAPSHOT 'export')",
            timeout: options.slotTimeout + .seconds(10)
        )
        guard let row = rows.first?.first else {
            throw MoveError(.failed, "the server of \(source.shard) made a slot and did not say so", at: source.shard)
        }
        return try row.decode(String.self, "snapshot_name")
    }

    /// The target's months are made ahead, so that the trail does not fill the default partition.
    private func prepareAuditPartitions() async throws(MoveError) {
        let first = try await read(
            source,
            "reading the age of the audit trail",
            "SELECT min(timestamp)::text FROM audit_logs WHERE tenantId = \(claim.tenant)"
        )
        _ = try await telling(target, "making audit partitions") {
            let first = try first.single().decode(String?.self, at: 0)
            return try await target.pool.query(
                """
                SELECT hub_create_audit_partitions(
                  greatest(coalesce(\(first)::timestamptz, now()), now() - interval '10 years'),
                  now() + interval '3 months')
                """
            )
        }
    }

    private func slotConfiguration(_ options: CopyOptions) -> PostgresConfiguration {
        var configuration = source.pool.configuration
        configuration.applicationName = sessionName
        configuration.isReplication = true
        configuration.queryTimeout = nil
        // Each open transaction is waited for as for a lock.
        configuration.settings["lock_timeout"] = "\(options.slotTimeout.milliseconds)ms"
        return configuration
    }

    private func streamConfiguration(_ side: MoveSide) -> PostgresConfiguration {
        var configuration = side.pool.configuration
        configuration.applicationName = sessionName
        configuration.queryTimeout = .seconds(600)
        configuration.statementTimeout = nil
        configuration.settings["session_replication_role"] = "replica"
        configuration.settings["lock_timeout"] = "10s"
        // A mover that was stopped in the middle of a range must not hold its locks for ever.
        configuration.settings["idle_in_transaction_session_timeout"] = "600s"
        // A range is read by the key's index, and is not worth a compilation.
        configuration.settings["enable_seqscan"] = "off"
        configuration.settings["jit"] = "off"
        return configuration
    }
}
