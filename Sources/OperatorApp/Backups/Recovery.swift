import FoundationEssentials
import HubModel
import Topology

/// One recovery, planned: which backup it begins with, where it ends, and what it takes.
struct Recovery: Sendable {
    let target: BackupTarget
    let moment: RecoveryTarget
    let information: BackupInformation
    let source: RestoreSource
    private let access: BackupAccess
    private let program: String

    /// Asks the repository, and changes nothing.
    ///
    /// - Throws: ``OperatorError`` when the moment cannot be restored, or this machine lacks the server's program.
    init(of target: BackupTarget, to moment: RecoveryTarget, _ access: BackupAccess) async throws {
        self.target = target
        self.moment = moment
        self.access = access
        let pgbackrest = try access.pgbackrest(target)
        information = try await pgbackrest.information()
        let history = try await access.history(of: information, target)
        let set = try moment.choose(from: information.backup, history: history, of: target)
        source = RestoreSource(pgbackrest: pgbackrest, set: set)
        program = try source.server(of: information)
    }

    /// What a recovery took.
    struct Times: Encodable, Sendable {
        /// Bringing the files.
        var restoreSeconds = 0.0
        /// Replaying the WAL.
        var recoverySeconds = 0.0
        /// Reading everything.
        var checkSeconds = 0.0
        var bytes = 0
        /// The WAL ended before the moment asked for: everything that is there was recovered.
        var endedEarly = false

        var totalSeconds: Double { restoreSeconds + recoverySeconds + checkSeconds }
        var megabytesPerSecond: Double { restoreSeconds > 0 ? Double(bytes) / 1e6 / restoreSeconds : 0 }
    }

    /// Restores into a folder that is not there yet, recovers it, and lends the server on it.
    ///
    /// - Parameters:
    ///   - other: the data folder of the server that is replaced.
    ///   - isReached: whether there is certainly WAL past the moment, so that an end before it is a fault.
    ///   - isLasting: whether the files are to be kept.
    func perform<Answer: Sendable>(
        into folder: String,
        besides other: String?,
        isReached: Bool,
        isLasting: Bool,
        _ body: @escaping @Sendable (RestoredServer, Times) async throws -> Answer
    ) async throws -> Answer {
        var times = Times()
        times.bytes = source.set.info.size
        var began = ContinuousClock.now
        let progress = access.progress("restoring \(target.name)")
        try await source.restore(into: folder) { progress.advance(to: Int($0 * 100)) }
        progress.finish()
        times.restoreSeconds = (ContinuousClock.now - began).seconds
        began = ContinuousClock.now
        do {
            return try await recover(folder, other, moment, isLasting, times, since: began, body)
        } catch RestoredServer.Failure.targetNotReached {
            guard !isReached else {
                throw OperatorError(
                    .failed,
                    "the WAL of \(target.described) ends before \(moment), though the server has written some since: hubctl backup verify tells what the archive lacks"
                )
            }
            // Nothing was committed between the end of the WAL and the moment, as far as anybody can know.
            times.endedEarly = true
            return try await recover(folder, other, .latest, isLasting, times, since: began, body)
        }
    }

    // MARK: - Private

    private func recover<Answer: Sendable>(
        _ folder: String,
        _ other: String?,
        _ moment: RecoveryTarget,
        _ isLasting: Bool,
        _ times: Times,
        since began: ContinuousClock.Instant,
        _ body: @escaping @Sendable (RestoredServer, Times) async throws -> Answer
    ) async throws -> Answer {
        access.context.console.note("replaying the WAL of \(target.name) up to \(moment)")
        return try await RestoredServer.with(
            data: folder,
            user: source.pgbackrest.user,
            program: program,
            recoveringTo: moment,
            restoreCommand: source.restoreCommand(for: folder, besides: other),
            isLasting: isLasting
        ) { server in
            var times = times
            times.recoverySeconds = (ContinuousClock.now - began).seconds
            return try await body(server, times)
        }
    }
}
