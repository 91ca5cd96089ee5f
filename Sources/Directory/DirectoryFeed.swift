package import Logging
import Migrations
package import Placement
package import Postgres
package import Reactor
import ServiceLifecycle
import Synchronization

/// Keeps a router's snapshot of the directory up to date, and keeps the last good one through any outage.
///
/// A dedicated connection LISTENs for changes, which is a hint only: notifications are lost whenever there is no
/// connection. The truth is the directory's version, looked at each second. The first look of a process reads everything
/// by COPY; later ones read what changed. Versions never go back.
package final class DirectoryFeed: Service {
    private let configuration: PostgresConfiguration
    private let reactor: Reactor
    private let file: FeedSnapshotFile?
    private let logger: Logger
    private let onSnapshot: @Sendable (DirectorySnapshot) -> Void

    private let state: Mutex<FeedState>
    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    /// The directory is looked at this often without any hint.
    private static let pollInterval: Duration = .seconds(1)
    private static let shortestPause: Duration = .milliseconds(100)
    private static let longestPause: Duration = .seconds(2)

    /// Reads the snapshot file, if there is one, so that a router can serve before the directory was reached.
    ///
    /// - Parameters:
    ///   - configuration: how to reach the directory, as role `hub_router`.
    ///   - file: where the last good snapshot is kept; nil to keep none.
    ///   - onSnapshot: called with the snapshot of the file, and then with each new one, one after the other.
    package init(
        configuration: PostgresConfiguration,
        reactor: Reactor,
        file: FeedSnapshotFile?,
        logger: Logger,
        onSnapshot: @escaping @Sendable (DirectorySnapshot) -> Void
    ) {
        self.configuration = configuration
        self.reactor = reactor
        self.file = file
        self.logger = logger
        self.onSnapshot = onSnapshot
        (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let stored = DirectoryFeed.load(file, logger: logger)
        state = Mutex(FeedState(snapshot: stored))
        if let stored { onSnapshot(stored) }
    }

    /// What is known of the directory now, for gauges and `/ready`.
    package var status: DirectoryFeedStatus { state.withLock { $0.status } }

    /// Looks at the directory as soon as possible; may be called often.
    package func refresh() { waker.yield() }

    /// Returns once the directory has answered or is known not to, and at the limit in any case.
    ///
    /// The snapshot file is a moment older than what the last process knew: who served from it at once would call a tenant
    /// unknown that signed up in that moment.
    package func settle(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while case .connecting = status.state, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Follows the directory until the process shuts down.
    ///
    /// - Throws: only while there is no snapshot at all: ``MigrationError`` when the directory's schema is not this
    ///   program's, and ``PostgresError`` when the directory refuses the login.
    package func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let file { group.addTask { await self.keep(file) } }
                group.addTask { try await self.follow() }
                try await group.waitForAll()
            }
        }
    }

    // MARK: - Private

    private static func load(_ file: FeedSnapshotFile?, logger: Logger) -> DirectorySnapshot? {
        guard let file else { return nil }
        do throws(FeedSnapshotFileError) {
            guard let snapshot = try file.load() else { return nil }
            logger.info(
                "serving from the snapshot file until the directory is reached",
                metadata: [
                    "file": "\(file.path)", "version": "\(snapshot.version)", "tenants": "\(snapshot.tenantCount)",
                ]
            )
            return snapshot
        } catch {
            logger.warning("snapshot file ignored", metadata: ["file": "\(file.path)", "error": "\(error)"])
            return nil
        }
    }

    /// Connects again and again.
    private func follow() async throws {
        var pause = DirectoryFeed.shortestPause
        while !Task.isCancelled {
            do {
                try await PostgresConnection.withConnection(configuration, on: reactor, logger: logger) { connection in
                    try await Migrator(schema: DirectorySchema.schema).check(connection)
                    try await follow(FeedConnection(connection)) { pause = DirectoryFeed.shortestPause }
                }
            } catch {
                guard !Task.isCancelled else { return }
                try note(failure: error)
            }
            // Spread out, so that many routers do not come back at one moment.
            try? await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, DirectoryFeed.longestPause)
        }
    }

    /// Follows the directory on one connection, until that fails.
    private func follow(_ connection: FeedConnection, onContact: () -> Void) async throws {
        let notifications = try await connection.notifications()
        let lineage = try await connection.lineage()
        // Another server, or this one restored, may have the same version and other contents.
        if state.withLock({ $0.lineage != lineage }) {
            try await readAll(connection)
            state.withLock { $0.lineage = lineage }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [waker] in
                for await _ in notifications { waker.yield() }
                waker.yield()
            }
            group.addTask { [waker] in
                while !Task.isCancelled {
                    try await Task.sleep(for: DirectoryFeed.pollInterval)
                    waker.yield()
                }
            }
            try await look(connection)
            onContact()
            for await _ in wakes { try await look(connection) }
            group.cancelAll()
        }
    }

    /// Reads what is new.
    private func look(_ connection: FeedConnection) async throws {
        let present = state.withLock { $0.snapshot } ?? DirectorySnapshot()
        switch try await connection.changes(since: present) {
        case .none:
            state.withLock { $0.noteContact(.following) }
        case .older(let version):
            // A standby that lags, or a restored backup: waiting is right for the one, an operator needed for the other.
            refuse("the directory is at version \(version), older than version \(present.version) already in use")
        case .some(let changes):
            accept(try present.applying(changes).mergedIfOvergrown())
        case .tooMany:
            try await readAll(connection)
        }
    }

    private func readAll(_ connection: FeedConnection) async throws {
        let present = state.withLock { $0.snapshot }
        let next = try await connection.readAll(expecting: present?.tenantCount ?? 0)
        do throws(PlacementError) {
            try present?.checkReplacement(next)
        } catch {
            refuse(error.message)
            throw error
        }
        logger.info("directory read", metadata: ["version": "\(next.version)", "tenants": "\(next.tenantCount)"])
        accept(next)
    }

    private func accept(_ snapshot: DirectorySnapshot) {
        let previous = state.withLock { state in
            let previous = state.status.state
            state.snapshot = snapshot
            state.noteContact(.following)
            return previous
        }
        onSnapshot(snapshot)
        guard previous != .following else { return }
        logger.info("following the directory", metadata: ["version": "\(snapshot.version)"])
    }

    private func refuse(_ reason: String) {
        let isNew = state.withLock { state in
            defer { state.noteContact(.refused(reason)) }
            return state.status.state != .refused(reason)
        }
        guard isNew else { return }
        logger.error(
            "directory refused; the last good snapshot stays in use",
            metadata: [
                "error": "\(reason)", "remedy": "if this is meant, stop the router, remove its snapshot file, start it",
            ]
        )
    }

    /// - Throws: the error, when it makes no sense to go on without a snapshot.
    private func note(failure: any Error) throws {
        let isSettled =
            (failure as? PostgresError)?.code == .authentication || (failure as? MigrationError)?.isSettled == true
        let (mustEnd, isNew) = state.withLock { state in
            let isNew = !state.status.isOffline
            if !(failure is PlacementError) { state.noteFailure("\(failure)") }
            return (isSettled && state.snapshot == nil, isNew)
        }
        if mustEnd { throw failure }
        guard isNew, !(failure is PlacementError) else { return }
        logger.warning(
            "directory out of reach; the last good snapshot stays in use",
            metadata: ["error": "\(failure)"]
        )
    }

    /// Writes the snapshot file a while after each change, so that many changes cost one write.
    private func keep(_ file: FeedSnapshotFile) async {
        var kept = state.withLock { $0.snapshot?.version }
        while !Task.isCancelled {
            try? await Task.sleep(for: DirectoryFeed.pollInterval)
            guard let snapshot = state.withLock({ $0.snapshot }), snapshot.version != kept else { continue }
            guard state.withLock({ $0.hasContact }) else { continue }
            do {
                try await store(snapshot, in: file)
                kept = snapshot.version
            } catch {
                logger.warning("snapshot file not written", metadata: ["file": "\(file.path)", "error": "\(error)"])
                // A full disk stays full for a while.
                try? await Task.sleep(for: .seconds(10))
            }
        }
    }

    private func store(_ snapshot: DirectorySnapshot, in file: FeedSnapshotFile) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            reactor.runBlocking({ Result { try file.store(snapshot) } }, then: { continuation.resume(with: $0) })
        }
    }
}

extension MigrationError {
    /// Whether waiting will not help: somebody has to run a command.
    fileprivate var isSettled: Bool {
        switch code {
        case .behind, .ahead, .drift, .gap: true
        case .unreachable, .failed: false
        }
    }
}
