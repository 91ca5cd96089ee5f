import AuditStore
import Directory
import HubModel
import HubWeb
import HubWire
import MoveEngine
import Moving
import Postgres
import ShardStore
import Synchronization

/// The verbs of a move, done by the engine on both shards and by their backends.
final class ShardMover: MoveVerbs {
    let databases: ShardDatabases
    let audit: AuditStores
    let shards: ShardClient
    let options: MoveOptions
    let notes: MoveNotes
    let now: WallClock
    /// The marker of the switch under way; another mover aborts that switch.
    private let marker = Mutex<MoveMarker?>(nil)
    /// The last verification, which the check within a switch of a large tenant builds on.
    private let verification = Mutex<Verification?>(nil)
    /// Whether the cache of the shard that gives the tenant up was shut by this mover.
    private let isCacheShut = Mutex(false)

    init(
        databases: ShardDatabases,
        audit: AuditStores,
        shards: ShardClient,
        options: MoveOptions,
        notes: MoveNotes,
        now: @escaping WallClock
    ) {
        self.databases = databases
        self.audit = audit
        self.shards = shards
        self.options = options
        self.notes = notes
        self.now = now
    }

    func claim(_ move: MoveRecord, on side: Moving.MoveSide) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        let isNew = move.state == .copying || move.state == .planned
        try await asking { () throws(MoveError) in
            switch side {
            case .source: try await engine.claim(at: engine.source, isNew: isNew)
            case .target: try await engine.claim(at: engine.target, isNew: isNew)
            }
        }
    }

    func clear(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await asking { () throws(MoveError) in try await engine.clear() }
    }

    func publish(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await asking { () throws(MoveError) in try await engine.publish() }
    }

    func copy(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        let copying = CopyOptions(streams: options.streams, maximumLag: options.maximumLagBytes.map { Int($0) })
        let (notes, start) = (notes, ContinuousClock.now)
        try await asking { () throws(MoveError) in
            _ = try await engine.copy(copying) { progress in
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                notes.update {
                    $0.done = MoveProgress.Amount(rows: Int64(progress.rows), bytes: Int64(progress.bytes))
                    if let total = progress.totalRows { $0.expected.rows = Int64(total) }
                    $0.rowsPerSecond = seconds > 0 ? Double(progress.rows) / seconds : 0
                }
            }
        }
        try await bringTrail(move)
    }

    func subscribe(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await asking { () throws(MoveError) in try await engine.subscribe() }
    }

    func resumeForward(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        try await asking { () throws(MoveError) in try await engine.enable() }
    }

    func catchUp(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        try await asking { () throws(MoveError) in
            try await engine.catchUp(to: ShardMover.smallLag, within: .seconds(60))
        }
        try await measureLag(engine)
    }

    func openReverse(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await asking { () throws(MoveError) in try await engine.openReverse() }
    }

    func verify(_ move: MoveRecord) async throws(MoveProblem) -> [TableComparison] {
        let engine = try directed(move)
        let found = try await asking { () throws(MoveError) in
            // The stream may have stopped since, at rest.
            try await engine.catchUp(to: ShardMover.smallLag, within: .seconds(60))
            return try await engine.verify(streams: options.streams)
        }
        try await measureLag(engine)
        let tables = try judged(found, move)
        verification.withLock { $0 = found }
        return tables
    }

    func warm(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        let shard = engine.target.shard
        if await shards.cacheStatuses(of: shard, until: expiry, requestID: move.id.description).isEmpty {
            throw MoveProblem(.transient, "no backend of shard \(shard) answers: it could not serve the tenant")
        }
        try await settleCache(of: engine.source.shard, move)
        if verification.withLock({ $0?.canBeRefreshed != true }) { _ = try await verify(move) }
        // Connections to both are there when the pause begins, and the stream is as near as it can be.
        try await asking { () throws(MoveError) in
            _ = try await engine.ownership(at: engine.source)
            _ = try await engine.ownership(at: engine.target)
            try await engine.catchUp(to: ShardMover.smallLag, within: .seconds(10))
            try await engine.awaitMarker(try await engine.mark(), within: .seconds(10))
            if move.direction == .forward { _ = try await engine.advanceReverse() }
        }
        try await refresh(move, engine)
        // Last, since it does not stay shut for long.
        let left = await shards.cacheStatuses(of: engine.source.shard, until: expiry, requestID: move.id.description)
        if left.isEmpty { try await asking { () throws(MoveError) in try await engine.shutCache() } }
        isCacheShut.withLock { $0 = left.isEmpty }
    }

    func freeze(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        let patience = max(1, options.pauseBudgetMilliseconds / 2)
        if isCacheShut.withLock({ $0 }) {
            // Nobody was there to do it. Who has come back meanwhile finds the cache shut, as this does, or it is refused.
            try await asking { () throws(MoveError) in
                try await engine.freeze(at: move.epoch, within: .milliseconds(patience))
            }
            return await reopenCache(engine)
        }
        let freeze = InternalFreeze(
            moveId: move.id,
            attempt: move.attempt.rawValue,
            patienceMilliseconds: patience
        )
        do throws(ShardClientError) {
            _ = try await shards.freeze(
                RoutedTenant(tenant: move.tenant, epoch: move.epoch),
                on: engine.source.shard,
                freeze,
                until: expiry,
                requestID: move.id.description
            )
        } catch {
            // Without a backend the cache is to be shut first, which takes longer than a pause may: the next try does it.
            throw MoveProblem(error)
        }
    }

    func mark(_ move: MoveRecord) async throws(MoveProblem) -> LogPosition {
        let engine = try directed(move)
        let written = try await asking { () throws(MoveError) in try await engine.mark() }
        marker.withLock { $0 = written }
        return written.position
    }

    func drain(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        guard let written = marker.withLock({ $0 }) else {
            throw MoveProblem(.transient, "the marker of this switch was written by another mover")
        }
        try await asking { () throws(MoveError) in try await engine.drain(written, within: budget) }
    }

    func check(_ move: MoveRecord) async throws(MoveProblem) -> [TableComparison] {
        let engine = try directed(move)
        let last = verification.withLock { $0 }
        let found = try await asking { () throws(MoveError) in
            try await engine.check(within: budget, since: last, streams: options.streams)
        }
        let tables = try judged(found, move)
        notes.tables = tables
        return tables
    }

    func turn(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        try await asking { () throws(MoveError) in
            try await engine.disable()
            if move.direction == .forward { _ = try await engine.advanceReverse() }
        }
    }

    func open(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        try await asking { () throws(MoveError) in try await engine.open(at: move.epoch) }
    }

    func leave(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        try await asking { () throws(MoveError) in try await engine.leave() }
    }

    func follow(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await asking { () throws(MoveError) in try await engine.followReverse() }
    }

    func unfreeze(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try directed(move)
        try await asking { () throws(MoveError) in try await engine.unfreeze(at: move.epoch.next) }
        await reopenCache(engine)
        // It may not have been frozen, which would have fenced its items. A router that still has the old epoch must find
        // none of them: from the unhold on there are writes that it would not see in them. None comes back, for the shard
        // refuses the old epoch.
        try await forgetItems(of: move, on: engine, before: move.epoch.next)
    }

    func dropReverse(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await asking { () throws(MoveError) in try await engine.dropStreams() }
    }

    func deleteSource(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await remove(engine.source, keeping: engine.target, engine)
    }

    func dropStreams(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await asking { () throws(MoveError) in try await engine.dropStreams() }
    }

    func deleteTarget(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        try await remove(engine.target, keeping: engine.source, engine)
    }

    /// Looks at the shard that the tenant is not on: rows, streams and cached items.
    func checkEmpty(_ move: MoveRecord) async throws(MoveProblem) {
        let engine = try databases.engine(move)
        let side = move.serving == .target ? engine.source : engine.target
        let places: TenantPlaces
        do {
            places = try await TenantPlaces.find(move.tenant, moves: [move.id], in: side.pool)
        } catch {
            throw MoveProblem(.transient, "shard \(side.shard) cannot be looked through: \(error.message)")
        }
        guard places.isEmpty else {
            throw MoveProblem(.transient, "shard \(side.shard) still has something of the tenant: \(places.summary)")
        }
        do throws(ShardClientError) {
            try await removeItems(of: move, on: side.shard, before: move.epoch.next)
        } catch {
            throw MoveProblem(.transient, error.message)
        }
    }

    // MARK: - Private

    /// Copies what the source's region has of the tenant's trail and the shard has no more, so that it can be read where the
    /// tenant is to go from its first moment there. The chain follows when it has moved.
    private func bringTrail(_ move: MoveRecord) async throws(MoveProblem) {
        guard let source = audit.store(of: move.source), let target = audit.store(of: move.target),
            source.region != target.region
        else { return }
        do throws(AuditStoreError) {
            _ = try await target.bring(move.tenant, from: source)
        } catch {
            throw MoveProblem(error.code == .unavailable ? .transient : .refused, error.message)
        }
    }

    /// How much of the log the target may lack before it is worth verifying, or switching: some milliseconds' worth.
    private static let smallLag = 256 << 10

    private static let mostRefreshes = 6
    private static let shortRefresh = Duration.milliseconds(150)

    private var budget: Duration { .milliseconds(options.pauseBudgetMilliseconds) }
    private var expiry: Timestamp { now() + .seconds(10) }

    /// The engine whose source is the shard that gives the tenant up.
    private func directed(_ move: MoveRecord) throws(MoveProblem) -> MoveEngine {
        let engine = try databases.engine(move)
        return move.direction == .forward ? engine : engine.reversed
    }

    private func asking<Answer: Sendable>(
        _ body: () async throws(MoveError) -> Answer
    ) async throws(MoveProblem) -> Answer {
        do throws(MoveError) {
            return try await body()
        } catch {
            throw MoveProblem(error)
        }
    }

    private func judged(_ verification: Verification, _ move: MoveRecord) throws(MoveProblem) -> [TableComparison] {
        guard verification.isEqual else {
            let more = verification.findings.count - 3
            throw MoveProblem(
                .refused,
                verification.findings.prefix(3).joined(separator: "; ")
                    + (more > 0 ? "; and \(more) more findings" : "")
                    + ". Cancel the move, find out who wrote there, and start it again"
            )
        }
        // A certificate names the sides by the move, whichever way a switch goes.
        return verification.tables.map { table in
            let giving = TableDigest(rows: Int64(table.sourceRows), hash: UInt64(bitPattern: table.sourceHash))
            let receiving = TableDigest(rows: Int64(table.targetRows), hash: UInt64(bitPattern: table.targetHash))
            let isForward = move.direction == .forward
            return TableComparison(
                table: table.name,
                source: isForward ? giving : receiving,
                target: isForward ? receiving : giving,
                changed: table.changedRows.map(Int64.init)
            )
        }
    }

    /// - Throws: also when something was there again.
    private func removeItems(
        of move: MoveRecord,
        on shard: ShardID,
        before epoch: Epoch
    ) async throws(ShardClientError) {
        let cached = try await shards.removeCachedItems(
            of: RoutedTenant(tenant: move.tenant, epoch: epoch),
            on: shard,
            until: expiry,
            requestID: move.id.description
        )
        guard cached.left == 0 else {
            throw ShardClientError(.unknown, "the cache of shard \(shard) still has items of the tenant")
        }
    }

    /// Removes what the cache of the engine's source has of the tenant up to an epoch.
    private func forgetItems(
        of move: MoveRecord,
        on engine: MoveEngine,
        before epoch: Epoch
    ) async throws(MoveProblem) {
        let shard = engine.source.shard
        do throws(ShardClientError) {
            try await removeItems(of: move, on: shard, before: epoch)
        } catch {
            let statuses = await shards.cacheStatuses(of: shard, until: expiry, requestID: move.id.description)
            // Nobody reads from a cache that is off.
            if !statuses.isEmpty, statuses.allSatisfy({ $0.gate.mode == .off }) { return }
            guard statuses.isEmpty else { throw MoveProblem(.transient, error.message) }
            // No backend is there to do it: the cache of the whole shard is ended, and begun anew by whoever comes back.
            try await asking { () throws(MoveError) in
                try await engine.shutCache()
                try await engine.reopenCache()
            }
        }
    }

    /// Lets the cache be opened again that was shut before the freeze; if that fails it will be soon, by itself.
    private func reopenCache(_ engine: MoveEngine) async {
        let wasShut = isCacheShut.withLock { isShut in
            defer { isShut = false }
            return isShut
        }
        if wasShut { try? await engine.reopenCache() }
    }

    /// Waits until the shard's cache is used by all its backends or by none: a freeze has to fence it.
    private func settleCache(of shard: ShardID, _ move: MoveRecord) async throws(MoveProblem) {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            let statuses = await shards.cacheStatuses(of: shard, until: expiry, requestID: move.id.description)
            let isSettled = statuses.allSatisfy { $0.gate.mode == .off || ($0.gate.mode == .on && $0.gate.isLeased) }
            if isSettled { return }
            guard .now < deadline, (try? await Task.sleep(for: .milliseconds(100))) != nil else {
                throw MoveProblem(
                    .transient,
                    "the cache of shard \(shard) is being closed or opened: see hubctl cache status"
                )
            }
        }
    }

    /// Compares what was written since the last verification, again and again until it is done at once, so that little is left
    /// for the pause.
    private func refresh(_ move: MoveRecord, _ engine: MoveEngine) async throws(MoveProblem) {
        for _ in 0..<ShardMover.mostRefreshes {
            guard let last = verification.withLock({ $0 }), last.canBeRefreshed else { return }
            let start = ContinuousClock.now
            let fresh = try await asking { () throws(MoveError) in try await engine.refresh(last) }
            _ = try judged(fresh, move)
            verification.withLock { $0 = fresh }
            if ContinuousClock.now - start < ShardMover.shortRefresh { return }
        }
    }

    private func measureLag(_ engine: MoveEngine) async throws(MoveProblem) {
        let state = try await asking { () throws(MoveError) in try await engine.streamState() }
        notes.update { $0.lag = state.lag.map(Int64.init) }
    }

    private func remove(
        _ side: ShardDatabases.End,
        keeping other: ShardDatabases.End,
        _ engine: MoveEngine
    ) async throws(MoveProblem) {
        try await asking { () throws(MoveError) in
            guard try await engine.ownership(at: side) != nil else { return }
            _ = try await engine.deleteRows(at: side)
            try await engine.removeOwnership(at: side)
        }
        try await asking { () throws(MoveError) in try await engine.release(at: other) }
    }
}

extension TenantPlaces {
    /// In words, for operators.
    var summary: String {
        var parts = tables.map { "\($0.rows) rows of \($0.table)" }
        if let ownership { parts.append("the ownership row (\(ownership))") }
        parts += slots.map { "slot \($0)" } + publications.map { "publication \($0)" }
        parts += subscriptions.map { "subscription \($0)" }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }
}
