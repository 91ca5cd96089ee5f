import FoundationEssentials
import Glibc
import HubModel
import Postgres
import Topology

/// One restore of a database in place, all of it or nothing.
///
/// The old files are not touched until the restored ones have been recovered, examined and put in order; then the two
/// folders are exchanged in one step. Before that step a failure removes the restored files and starts the old server;
/// after it a failure exchanges them back. What a killed run has left is known by the folder beside the data folder and
/// by ``RestoreMark`` in the data folder itself.
struct RestoreRun: Sendable {
    let target: BackupTarget
    let moment: RecoveryTarget
    let keepsOld: Bool
    let access: BackupAccess

    /// Does it; an interrupt is heeded until the folders are exchanged.
    func run() async throws -> RestoreReport {
        try await settleLeftovers()
        let recovery = try await access.interruptibly { try await Recovery(of: target, to: moment, access) }
        try require(recovery)
        let old = try await OldServer.ask(target, moment, access)
        try access.context.confirm(question(old))
        if target.folder != nil {
            if case .time = moment, old.answers { try await leaveMark() }
        }
        let stopped = ContinuousClock.now
        let outcome: (Recovery.Times, Prepared)
        do {
            if target.folder != nil { try await server.stop() }
            outcome = try await access.interruptibly { try await prepare(recovery, old, stopped: stopped) }
        } catch {
            throw await undone(error, wasRunning: old.answers || target.folder != nil)
        }
        let (times, prepared) = outcome
        try await takeOver(prepared)
        let down = (ContinuousClock.now - stopped).seconds
        let kept = try finish()
        return RestoreReport(
            database: target.name,
            backup: recovery.source.set.label,
            to: moment.description,
            recoveredTo: prepared.examination.recoveredTo ?? recovery.source.set.endedAt,
            downSeconds: down,
            times: times,
            examination: prepared.examination,
            settlement: prepared.settlement,
            differences: prepared.differences,
            kept: kept
        )
    }

    // MARK: - Private

    /// What the restored server was found to be.
    private struct Prepared: Sendable {
        let examination: ClusterExamination
        let settlement: RestoreSettlement
        let differences: [OwnershipComparison]
    }

    /// How long leases on the shard's cache may outlive the last word of its old database.
    private static let leases = Duration.seconds(4)

    private var server: ServerSwitch { ServerSwitch(target: target, access: access) }
    private var side: String { RestoreMark.side(of: target.data) }
    private var mark: String { "\(target.data)/\(RestoreMark.name)" }
    private var files: FileManager { .default }

    private func note(_ text: String) { access.context.console.note(text) }

    /// Finishes or undoes what a run has left that was killed.
    private func settleLeftovers() async throws {
        if files.fileExists(atPath: mark) {
            note(
                "an earlier restore of \(target.described) was interrupted after its files were in place; it is finished first"
            )
            try await server.start()
            _ = try finish()
        } else if files.fileExists(atPath: side) {
            note(
                "an earlier restore of \(target.described) was interrupted before its files were in place; it is undone first"
            )
            try files.removeItem(atPath: side)
            if target.folder != nil { try await server.start() }
        }
    }

    private func require(_ recovery: Recovery) throws {
        if let folder = target.folder {
            try folder.requireExchangeable()
            guard recovery.information.db.contains(where: { $0.systemIdentifier == folder.systemIdentifier }) else {
                throw OperatorError(
                    .usage,
                    "the files in \(target.data) are not those that were backed up as \(target.described): correct backups.data, or restore on the machine that has them"
                )
            }
        }
        try recovery.source.requireRoom(for: side)
    }

    private func question(_ old: OldServer) -> String {
        let loss =
            switch moment {
            case .latest: "What its archive does not have is lost."
            case .time(let time):
                "Everything written since (\((Timestamp.now() - time).coarse)\(old.changes.map { ", \($0.grouped) recorded changes, \(old.newTenants.grouped) new tenants" } ?? "")) is lost."
            }
        return "Bring \(target.described) back to \(moment)? \(loss) It does not serve meanwhile."
    }

    /// A commit after the moment, so that recovery knows for certain when it has arrived.
    private func leaveMark() async throws {
        try await access.withSession(target, database: "postgres") { connection in
            _ = try await connection.query("SELECT pg_current_xact_id()::text")
        }
    }

    /// Restores, recovers, examines and puts in order; nothing of it touches the old files.
    private func prepare(
        _ recovery: Recovery,
        _ old: OldServer,
        stopped: ContinuousClock.Instant
    ) async throws -> (Recovery.Times, Prepared) {
        let result = try await recovery.perform(
            into: side,
            besides: target.folder?.path,
            isReached: old.answers,
            isLasting: true
        ) { restored, times in
            var times = times
            let began = ContinuousClock.now
            let examination = try await ClusterExamination.examine(target.database, on: restored)
            guard examination.faults.isEmpty else {
                throw OperatorError(
                    .failed,
                    "what was restored of \(target.described) is not sound: \(examination.faults.joined(separator: "; "))"
                )
            }
            times.checkSeconds = (ContinuousClock.now - began).seconds
            let differences = try await differences(restored)
            let settlement = try await RestoreSettlement.settle(
                target.database,
                on: restored,
                known: old.knowledge,
                secrets: access.context.secrets
            )
            return (times, Prepared(examination: examination, settlement: settlement, differences: differences))
        }
        for difference in result.1.differences { note(difference.sentence) }
        if !result.1.differences.isEmpty {
            try access.context.confirm("Tenants differ between the directory and the shards, as said above. Go on?")
        }
        // Whoever read the cache under the old gate has stopped by then.
        try await Task.sleep(until: stopped + RestoreRun.leases)
        return result
    }

    /// How the directory and the shards differ, with one of them as restored; those that do not answer are named.
    private func differences(_ restored: RestoredServer) async throws -> [OwnershipComparison] {
        let administrator = target.database.administrator.name
        return try await restored.withConnection(database: target.database.database, role: administrator) {
            connection in
            var differences: [OwnershipComparison] = []
            switch target.database.kind {
            case .shard(let id):
                let served = try await OwnershipComparison.shard(connection)
                let directory = BackupTarget(.directory(of: access.topology), access.backups)
                do {
                    let known = try await access.withSession(directory) {
                        try await OwnershipComparison.directory($0, shard: id)
                    }
                    differences = [OwnershipComparison(shard: target.name, directory: known, shard: served)]
                } catch let error as OperatorError {
                    note("tenants are not compared with the directory: \(error.message)")
                }
            case .directory:
                for shard in access.topology.shards {
                    let known = try await OwnershipComparison.directory(connection, shard: shard.id)
                    let other = BackupTarget(.shard(shard, of: access.topology), access.backups)
                    do {
                        let served = try await access.withSession(other) { try await OwnershipComparison.shard($0) }
                        differences.append(OwnershipComparison(shard: other.name, directory: known, shard: served))
                    } catch let error as OperatorError {
                        note("the tenants of \(other.described) are not compared: \(error.message)")
                    }
                }
            }
            return differences.filter { !$0.isEmpty }
        }
    }

    /// Puts the restored files into the place of the old ones and starts them; on failure the old ones again.
    private func takeOver(_ prepared: Prepared) async throws {
        do {
            try keepConfiguration()
        } catch {
            throw await undone(error, wasRunning: true)
        }
        guard target.folder != nil else {
            // Nothing is there to be exchanged with.
            try? files.removeItem(atPath: target.data)
            guard rename(side, target.data) == 0 else {
                throw OperatorError(.failed, "cannot put \(side) in place: \(String(cString: strerror(errno)))")
            }
            return try await server.start()
        }
        try PrivateFile.replace("\(side)/\(RestoreMark.name)", "restored to \(moment)\n")
        try target.user.own("\(side)/\(RestoreMark.name)")
        try ClusterFolder.exchange(side, target.data)
        do {
            try await server.start()
            try await checkServing(prepared)
        } catch {
            try? await server.stop()
            do {
                try ClusterFolder.exchange(side, target.data)
            } catch let failure {
                throw OperatorError(.failed, "\(error), and the old files in \(side) cannot be put back: \(failure)")
            }
            throw await undone(error, wasRunning: true)
        }
    }

    /// How the server is set up is no data: it stays as it is.
    private func keepConfiguration() throws {
        guard let old = target.folder?.path else { return }
        let kept = [".conf", ".crt", ".key", ".pem", ".ready"]
        for name in try files.contentsOfDirectory(atPath: old) where kept.contains(where: name.hasSuffix) {
            let copy = "\(side)/\(name)"
            var information = stat()
            guard lstat("\(old)/\(name)", &information) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
            try? files.removeItem(atPath: copy)
            try files.copyItem(atPath: "\(old)/\(name)", toPath: copy)
            try target.user.own(copy)
        }
    }

    /// The server that answers is the restored one, and it has what was examined.
    private func checkServing(_ prepared: Prepared) async throws {
        guard let gate = prepared.settlement.gateEpoch else { return }
        let epoch = try await access.withSession(target) { connection in
            try await connection.query("SELECT epoch FROM cache_gate").single().decode(Int64.self, at: 0)
        }
        guard epoch >= gate else {
            throw OperatorError(
                .failed,
                "the server at \(target.database.address) is not the one restored in \(target.data): correct the endpoints or backups.data"
            )
        }
    }

    /// Removes the mark and, unless they are to be kept, the old files.
    ///
    /// - Returns: where they are kept.
    private func finish() throws -> String? {
        if files.fileExists(atPath: mark) { try files.removeItem(atPath: mark) }
        guard files.fileExists(atPath: side) else { return nil }
        guard keepsOld else {
            try files.removeItem(atPath: side)
            return nil
        }
        let seconds = Timestamp.now().description.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" && $0 != "Z" }
        let kept = "\(target.data).before-\(seconds)"
        try files.moveItem(atPath: side, toPath: kept)
        return kept
    }

    /// Puts everything back as it was.
    ///
    /// - Returns: the error to throw.
    private func undone(_ error: any Error, wasRunning: Bool) async -> any Error {
        var ending = "nothing was changed"
        do {
            if files.fileExists(atPath: side) { try files.removeItem(atPath: side) }
            if wasRunning {
                try await server.start()
                ending = "\(target.described) is as it was and serves again"
            }
        } catch let failure {
            ending = "\(target.described) is as it was, but \(failure)"
        }
        if error is CancellationError {
            return OperatorError(.failed, "the restore was interrupted; \(ending)", underlying: error)
        }
        guard let failure = OperatorError(explaining: error) else { return error }
        return OperatorError(failure.status, "\(failure.message); \(ending)", underlying: error)
    }
}
