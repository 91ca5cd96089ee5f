import HubModel
package import Logging
package import Placement
package import Postgres
import Synchronization

/// The replicas of one shard, as one backend reads from them.
///
/// A read names the place in the primary's log that it must show; the replica is asked for its own in the round trip of the
/// read, before the read takes its snapshot. What it cannot answer, the primary does.
///
/// Every server of the shard may be among them: which of them is the primary each says for itself, so that a failover
/// changes nothing here.
package final class ReadReplicas: Sendable {
    /// How often servers are asked how far they are.
    static let interval = Duration.milliseconds(500)
    /// How long a server may take to say so. In a read, too: one that does not answer that answers nothing.
    static let patience = Duration.seconds(1)

    private struct Counts {
        var reads = 0
        var behind = 0
        var failures = 0
    }

    private struct State {
        var machine: ReplicaSetStateMachine
        var counts: [Counts]
        /// Reads that no replica was worth asking for.
        var passed = 0
        /// For the log: what was last said of each.
        var wasServing: [Bool?]
    }

    private let primary: PostgresPool
    private let replicas: [ReadReplica]
    private let state: Mutex<State>
    private let logger: Logger

    /// - Parameter primary: is asked how far its log is; not the pool that tenants' transactions queue for.
    package init(
        primary: PostgresPool,
        replicas: [ReadReplica],
        configuration: ReplicaSetStateMachine.Configuration = ReplicaSetStateMachine.Configuration(),
        logger: Logger
    ) {
        self.primary = primary
        self.replicas = replicas
        self.logger = logger
        state = Mutex(
            State(
                machine: ReplicaSetStateMachine(count: replicas.count, configuration: configuration),
                counts: Array(repeating: Counts(), count: replicas.count),
                wasServing: Array(repeating: nil, count: replicas.count)
            )
        )
    }

    /// Keeps asking the servers how far they are, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: ReadReplicas.interval)
        }
    }

    /// Asks each server once how far it is.
    package func look() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.lookAtPrimary() }
            for index in replicas.indices { group.addTask { await self.look(at: index) } }
        }
    }

    package var statuses: [ReplicaStatus] {
        state.withLock { state in
            replicas.indices.map { index in
                ReplicaStatus(
                    name: replicas[index].name,
                    availability: state.machine.availability(of: index, now: .now),
                    reads: state.counts[index].reads,
                    behind: state.counts[index].behind,
                    failures: state.counts[index].failures
                )
            }
        }
    }

    /// Reads for which there was no replica worth asking.
    package var passed: Int { state.withLock { $0.passed } }

    /// Runs a reading transaction at a replica that shows all there was at `place`.
    ///
    /// - Parameter body: runs once more, at the primary, when this returns nil.
    /// - Returns: nil when the primary is to be asked instead.
    /// - Throws: what `body` throws of its own accord.
    func read<Answer: Sendable>(
        _ context: TenantContext,
        after place: TimelinePosition,
        _ body: (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> Answer? {
        guard let index = await choose(after: place) else { return nil }
        do {
            let answer = try await transact(index, context, place, body)
            state.withLock { $0.counts[index].reads += 1 }
            return answer
        } catch {
            guard try isOfServer(error, index) else { throw error }
            return nil
        }
    }

    // MARK: - Private

    private func lookAtPrimary() async {
        let asked = ContinuousClock.now
        guard let place = try? await position(TimelinePosition.ofPrimary, primary) else { return }
        state.withLock { $0.machine.primary(at: place, asked: asked) }
    }

    private func look(at index: Int) async {
        let report: ReplicaSetStateMachine.Report
        do {
            report = try await position(of: index).map { .following($0) } ?? .detached
            // A replica of a newer timeline has a newer primary.
            if case .following(let place) = report { primary.configuration.timelines?.note(place.timeline) }
        } catch {
            report = .unreachable
        }
        state.withLock { $0.machine.replica(index, report, now: .now) }
        note(index)
    }

    private func position(of index: Int) async throws(PostgresError) -> TimelinePosition? {
        try await position(TimelinePosition.ofReplica, replicas[index].pool)
    }

    private func position(_ query: PostgresQuery, _ pool: PostgresPool) async throws(PostgresError) -> TimelinePosition?
    {
        let rows = try await pool.query(query.within(ReadReplicas.patience))
        return try rows.first.map(TimelinePosition.init(row:))
    }

    /// A replica that shows all there was at `place`, as far as is known before the read.
    private func choose(after place: TimelinePosition) async -> Int? {
        switch state.withLock({ $0.machine.choose(after: place, now: .now) }) {
        case .read(let index): return index
        case .primary:
            state.withLock { $0.passed += 1 }
            return nil
        case .ask(let index):
            await look(at: index)
            guard case .read(let index) = state.withLock({ $0.machine.choose(after: place, now: .now) }) else {
                state.withLock { $0.counts[index].behind += 1 }
                return nil
            }
            return index
        }
    }

    private func transact<Answer: Sendable>(
        _ index: Int,
        _ context: TenantContext,
        _ place: TimelinePosition,
        _ body: (ShardTransaction<ReadAccess>) async throws -> Answer
    ) async throws -> Answer {
        let replica = replicas[index]
        let condition = PostgresCondition(TimelinePosition.ofReplica.within(ReadReplicas.patience)) {
            (rows) throws(PostgresError) in
            guard let replayed = try rows.first.map(TimelinePosition.init(row:)) else { return false }
            self.state.withLock { $0.machine.replayed(index, replayed) }
            return replayed.covers(place)
        }
        func run() async throws -> Answer {
            try await replica.pool.withTransaction(
                .snapshot,
                prologue: context.readPrologue,
                provided: condition
            ) { transaction in
                try await body(ShardTransaction(context: context, transaction: transaction))
            }
        }
        guard let shares = replica.shares else { return try await run() }
        return try await shares.withShare(of: context.tenant) { try await run() }
    }

    /// Whether a read failed for what the server is or has, so that the primary may well answer it.
    ///
    /// - Throws: that the request was cancelled.
    private func isOfServer(_ error: any Error, _ index: Int) throws -> Bool {
        guard let error = (error as? PostgresError) ?? (error as? ShardError)?.underlying else { return false }
        if Task.isCancelled { throw error }
        state.withLock { state in
            switch error.code {
            case .conditionFailed:
                state.counts[index].behind += 1
            case .connection, .authentication:
                state.counts[index].failures += 1
                state.machine.replica(index, .unreachable, now: .now)
            default:
                state.counts[index].failures += 1
            }
        }
        note(index)
        return true
    }

    /// Logs when a replica begins or ends to be read from.
    private func note(_ index: Int) {
        let change: ReplicaSetStateMachine.Availability? = state.withLock { state in
            let availability = state.machine.availability(of: index, now: .now)
            guard state.wasServing[index] != availability.isServing else { return nil }
            // Of a server that never was a replica, as the primary is, there is nothing to say.
            let isNews = availability.isServing || state.wasServing[index] == true
            state.wasServing[index] = availability.isServing
            return isNews ? availability : nil
        }
        guard let change else { return }
        logger.notice(
            change.isServing ? "a replica is read from" : "a replica is not read from any more",
            metadata: ["replica": "\(replicas[index].name)", "state": "\(change)"]
        )
    }
}
