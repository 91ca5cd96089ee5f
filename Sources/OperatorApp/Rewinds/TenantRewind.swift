import Directory
import FoundationEssentials
import HubModel
import MoveEngine
import Postgres
import Reactor
import Synchronization
import Topology

/// One restore of a tenant in its place, with its own id and address, while its shard's other tenants work.
///
/// What the tenant had is copied from a scratch server beside what it has, and compared, while its people work. Then its
/// requests are held, its service is frozen and one transaction on the shard exchanges what differs; the directory learns of
/// the new epoch, and the requests go on. Killed before that transaction the tenant is as it was, after it as restored; it
/// is held until ``HeldTenant/settle()`` has looked which, as the end of every restore does.
struct TenantRewind: Sendable {
    let recovery: TenantRecovery
    let access: RewindAccess
    let context: CommandContext

    /// Does it; an interrupt is heeded until requests are held.
    ///
    /// - Returns: nil when nothing is to be done, because the tenant is as it was.
    func run() async throws -> RewindReport? {
        let lock = try recovery.lock()
        defer { withExtendedLifetime(lock) {} }
        return try await access.with(tenant) { directory, shard in
            try await settleFormer(directory, shard)
            try await directory.requireRestorable(tenant.id)
            let client = try BackendClient(
                try await directory.shards().first { $0.id == tenant.shard }?.backends ?? [],
                secrets: access.secrets
            )
            let engine = access.engine(.make(at: .now()), of: tenant.id, from: shard, to: shard)
            return try await engine.withStages {
                do {
                    return try await run(engine, directory, shard, client)
                } catch {
                    try? await engine.removeStage()
                    throw error
                }
            }
        }
    }

    // MARK: - Private

    /// - Parameter engine: that looks at the shard alone.
    private func run(
        _ engine: MoveEngine,
        _ directory: DirectoryStore,
        _ shard: MoveSide,
        _ client: BackendClient
    ) async throws -> RewindReport? {
        var (staged, times) = try await stage(beside: shard)
        let tables = try await engine.differences(from: staged).map(TenantComparison.Difference.init)
        guard !tables.allSatisfy(\.isNone) else {
            try await engine.removeStage()
            return nil
        }
        try context.confirm(question(tables))
        let archive = try await keep(&times)
        let (undoneBy, held) = try await context.interruption.deferring {
            try await exchange(staged, directory, shard, client)
        }
        times.heldSeconds = held.seconds
        return RewindReport(
            tenant: tenant.id,
            subdomain: tenant.subdomain,
            shard: tenant.shard,
            restoredTo: moment,
            tables: tables,
            times: times,
            archive: archive,
            undoneBy: undoneBy
        )
    }

    private var tenant: DirectoryTenant { recovery.tenant }
    private var moment: String { recovery.moment.description }

    private func note(_ text: String) { context.console.note(text) }

    /// Ends a restore that was cut off; nobody is at work, since this one has the lock.
    private func settleFormer(_ directory: DirectoryStore, _ shard: MoveSide) async throws {
        guard let hold = try await directory.restoreHold(of: tenant.id) else { return }
        let held = HeldTenant(tenant: tenant, hold: hold, directory: directory, shard: shard, access: access)
        switch try await held.settle() {
        case .restored:
            note("a restore to \(hold.restoredTo) was cut off after the exchange: it is finished first")
        case .unchanged: note("a restore to \(hold.restoredTo) was cut off before the exchange: it is undone first")
        }
    }

    /// Puts what the tenant had beside what it has.
    private func stage(beside shard: MoveSide) async throws -> (Verification, RewindReport.Times) {
        try await recovery.perform { server, recovered in
            var times = RewindReport.Times()
            times.restoreSeconds = recovered.restoreSeconds
            times.recoverySeconds = recovered.recoverySeconds
            let database = recovery.target.database
            return try await server.withPool(database: database.database, role: database.administrator.name) { pool in
                let scratch = MoveSide(shard: shard.shard, pool: pool, peer: pool.configuration)
                let engine = access.engine(.make(at: .now()), of: tenant.id, from: scratch, to: shard)
                do {
                    let staged = try await stage(by: engine, &times)
                    return (staged, times)
                } catch let error as MoveError where error.code == .notHeld {
                    throw recovery.absence
                } catch let error as MoveError where error.code == .refused {
                    throw OperatorError(.refused, "\(error.message); --as NEW makes a tenant of it beside this one")
                }
            }
        }
    }

    private func stage(by engine: MoveEngine, _ times: inout RewindReport.Times) async throws -> Verification {
        var began = ContinuousClock.now
        let copying = progress("copying")
        let copied = try await engine.stage { copied in
            if let total = copied.totalRows { copying.advance(to: copied.rows, of: total) }
        }
        copying.finish()
        (times.copySeconds, times.copiedRows) = ((ContinuousClock.now - began).seconds, copied.rows)
        began = .now
        let verifying = progress("verifying")
        let staged = try await engine.verifyStage { verifying.advance(to: $0, of: copied.rows) }
        verifying.finish()
        times.verifySeconds = (ContinuousClock.now - began).seconds
        guard staged.isEqual else {
            throw OperatorError(
                .failed,
                "what was copied is not what was there, and nothing was changed: \(staged.findings.prefix(3).joined(separator: "; "))"
            )
        }
        return staged
    }

    private func question(_ tables: [TenantComparison.Difference]) -> String {
        """
        Bring \(tenant.subdomain) back to \(moment)? Undone is what was done since then, of \
        \(tables.filter { !$0.isNone }.map(\.sentence).joined(separator: "; of ")). Passwords are those of then.
        """
    }

    /// Writes the tenant as it is into a file.
    private func keep(_ times: inout RewindReport.Times) async throws -> String {
        let began = ContinuousClock.now
        let folder = "\(access.topology.stateDirectory.absolutePath)/archives"
        try PrivateFile.makeDirectory(folder)
        let stamp = Timestamp.now().description.filter { $0.isNumber || $0 == "T" }
        let path = "\(folder)/\(tenant.subdomain)-\(stamp).jsonl.gz"
        let archivist = TenantArchivist(topology: access.topology, secrets: access.secrets, reactors: access.reactors)
        let writing = progress("archiving")
        _ = try await archivist.export(tenant.id.description, to: path, withPasswords: true) { total in
            { writing.advance(to: $0, of: total) }
        }
        writing.finish()
        note("\(tenant.subdomain) as it is now is in \(path)")
        times.archiveSeconds = (ContinuousClock.now - began).seconds
        return path
    }

    /// Holds the tenant, exchanges its rows and lets it go on; whatever happens, it is let go on.
    ///
    /// - Returns: the last moment before, and how long it was held.
    private func exchange(
        _ staged: Verification,
        _ directory: DirectoryStore,
        _ shard: MoveSide,
        _ client: BackendClient
    ) async throws -> (Timestamp, Duration) {
        let isServed = await client.isAnybodyThere()
        // Without a backend nobody keeps the cache true: it is shut before anybody waits.
        if !isServed {
            try await access.engine(.make(at: .now()), of: tenant.id, from: shard, to: shard).shutCache()
        }
        let restore = MoveID.make(at: .now())
        let engine = access.engine(restore, of: tenant.id, from: shard, to: shard)
        let began = ContinuousClock.now
        let hold = try await directory.hold(tenant, for: restore, to: moment, by: RewindAccess.operator)
        note("\(tenant.subdomain) is held")
        let held = HeldTenant(tenant: tenant, hold: hold, directory: directory, shard: shard, access: access)
        var failure: (any Error)?
        var undoneBy: Timestamp?
        do {
            try await engine.claimForRewind()
            if isServed {
                try await client.freeze(tenant.id, at: hold.epoch, for: restore, attempt: engine.claim.attempt)
            } else {
                try await engine.freeze(at: hold.epoch, within: .seconds(10))
            }
            let note = RewindNote(moment: moment, by: hold.restoredBy)
            undoneBy = try await engine.exchange(at: hold.epoch, staged, note)
        } catch {
            failure = error
        }
        let outcome = try await held.settle()
        if !isServed { try? await engine.reopenCache() }
        let duration = ContinuousClock.now - began
        // Whether it was committed the settlement knows, whatever the connection has said.
        if case .restored = outcome { return (undoneBy ?? hold.restore.moment, duration) }
        let reason = failure.flatMap { OperatorError(explaining: $0)?.message } ?? "it was ended by another hubctl"
        throw OperatorError(
            .failed,
            "\(reason); \(tenant.subdomain) is as it was before, and is served again",
            underlying: failure
        )
    }

    private func progress(_ activity: String) -> RowProgress {
        RowProgress(activity: "\(activity) \(tenant.subdomain)", context)
    }
}

/// Progress of work whose extent is known once it is under way.
private final class RowProgress: Sendable {
    private let activity: String
    private let context: CommandContext
    private let reporter = Mutex<ProgressReporter?>(nil)

    init(activity: String, _ context: CommandContext) {
        (self.activity, self.context) = (activity, context)
    }

    func advance(to done: Int, of total: Int) {
        reporter.withLock { reporter in
            if reporter == nil {
                reporter = ProgressReporter(
                    activity: activity,
                    unit: "rows",
                    total: total,
                    console: context.console,
                    format: context.options.format
                )
            }
            reporter?.advance(to: done)
        }
    }

    func finish() { reporter.withLock { $0 }?.finish() }
}

extension MoveID {
    /// When it was made, by the clock of who made it, to the millisecond.
    fileprivate var moment: Timestamp {
        let bytes = uuid.uuid
        let milliseconds = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(Int64(0)) {
            $0 << 8 | Int64($1)
        }
        return Timestamp(microseconds: milliseconds * 1000)
    }
}
