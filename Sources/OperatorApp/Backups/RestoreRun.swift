import FoundationEssentials
import Glibc
import HubModel
import Logging
import Postgres
import Reactor
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
    /// Whether it goes on when tenants are then seen otherwise by the directory and the shards.
    let allowsDifferences: Bool
    let access: BackupAccess

    /// What was agreed on before anything is touched.
    struct Plan: Sendable {
        let recovery: Recovery
        let old: OldServer
        /// The processes that worked with the database.
        let users: [TopologyProcess]
    }

    /// Finishes or undoes what a run has left that was killed.
    func settleLeftovers() async throws {
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

    /// Checks all that can be, and asks; nothing is changed.
    func plan() async throws -> Plan {
        let recovery = try await Recovery(of: target, to: moment, access)
        try require(recovery)
        try await requireNoStandby()
        let old = try await OldServer.ask(target, moment, access)
        if !allowsDifferences { try await requireNoYoungerTenants() }
        try access.context.confirm(question(old))
        return Plan(recovery: recovery, old: old, users: await workingUsers())
    }

    /// Does it; an interrupt is heeded until the folders are exchanged.
    func run(_ plan: Plan) async throws -> RestoreReport {
        let (recovery, old) = (plan.recovery, plan.old)
        if case .time = moment, old.answers { try await leaveMark() }
        let stopped = ContinuousClock.now
        let times: Recovery.Times
        let prepared: Prepared
        do {
            if target.folder != nil { try await server.stop() }
            (times, prepared) = try await access.interruptibly {
                try await prepare(recovery, old, stopped: stopped)
            }
        } catch {
            throw await undone(error)
        }
        try await takeOver(prepared)
        let down = (ContinuousClock.now - stopped).seconds
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
            kept: try finish(),
            notUp: try await usersThatStayAway(plan.users)
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
    private static let leases = Duration.milliseconds(2500)

    private var server: ServerSwitch { ServerSwitch(target: target, access: access) }
    private var side: String { RestoreMark.side(of: target.data) }
    private var mark: String { "\(target.data)/\(RestoreMark.name)" }
    private var files: FileManager { .default }

    private func note(_ text: String) { access.context.console.note(text) }

    private func require(_ recovery: Recovery) throws {
        if let folder = target.folder {
            try folder.requireExchangeable()
            guard recovery.information.db.contains(where: { $0.systemIdentifier == folder.systemIdentifier }) else {
                throw OperatorError(
                    .usage,
                    "the files in \(target.data) are not those that were backed up as \(target.described): correct backups.data, restore on the machine that has them, or move these away to restore from nothing"
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

    /// Tenants that were made or moved after the moment would be known to one side only.
    private func requireNoYoungerTenants() async throws {
        guard case .time(let time) = moment else { return }
        let directory = BackupTarget(.directory(of: access.topology), access.backups)
        let shard: String? =
            switch target.database.kind {
            case .directory: nil
            case .shard(let id): id.description
            }
        let counts: (Int64, Int64)
        do {
            counts = try await access.withSession(directory) { connection in
                try await connection.query(
                    """
                    SELECT (SELECT count(*) FROM tenants WHERE createdAt > \(time) AND shard = coalesce(\(shard), shard)),
                           (SELECT count(*) FROM moves WHERE updatedAt > \(time)
                            AND (\(shard)::text IS NULL OR \(shard) IN (source, target)))
                    """
                ).single().decode((Int64.self, Int64.self))
            }
        } catch let error as OperatorError {
            return note("the directory cannot be asked for tenants of after the moment: \(error.message)")
        }
        guard counts == (0, 0) else {
            throw OperatorError(
                .refused,
                "since \(time) \(counts.0) tenants of \(target.described) were made and \(counts.1) moves went on: the directory and the shards would differ about them; add --despite-differences to restore all the same"
            )
        }
    }

    /// A standby that runs would go on answering reads with what is being undone, or be promoted in between.
    private func requireNoStandby() async throws {
        let database = target.database
        for endpoint in database.endpoints where database.endpoints.count > 1 {
            var configuration = try database.configuration(
                secrets: access.context.secrets,
                database: "postgres",
                endpoint: endpoint
            )
            configuration.connectTimeout = .seconds(2)
            let isStandby = try? await PostgresConnection.withConnection(
                configuration,
                on: access.reactors.next(),
                logger: Logger(label: "hubctl.postgres") { _ in SwiftLogNoOpLogHandler() }
            ) { try await $0.query("SELECT pg_is_in_recovery()").single().decode(Bool.self, at: 0) }
            guard isStandby != true else {
                throw OperatorError(
                    .refused,
                    "the standby of \(target.described) at \(endpoint) runs: stop the standbys, and make them anew after the restore"
                )
            }
        }
    }

    /// A standby that was promoted would serve meanwhile what is being undone.
    private func requireNoOtherServer() async throws {
        let isServed = try? await access.withSession(target, database: "postgres") { _ in true }
        guard isServed != true else {
            throw OperatorError(
                .refused,
                "another server of \(target.described) takes writes at one of \(target.database.address): stop it first"
            )
        }
    }

    /// The processes that serve with the database, as far as they do now.
    private func workingUsers() async -> [TopologyProcess] {
        let users = access.topology.processes.filter { process in
            switch (target.database.kind, process.kind) {
            case (.shard(let id), .backend): process.detail == id.description
            case (.directory, .control), (.directory, .router), (.directory, .backend): true
            default: false
            }
        }
        return await RestoreRun.states(of: users).filter { $0.state == .up }.map(\.process)
    }

    /// - Returns: those that do not do all of their work again after a while.
    private func usersThatStayAway(_ users: [TopologyProcess]) async throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(20)
        var away = users
        while true {
            away = await RestoreRun.states(of: away).filter { $0.state != .up }.map(\.process)
            guard !away.isEmpty, ContinuousClock.now < deadline else { return away.map(\.name) }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private static func states(
        of processes: [TopologyProcess]
    ) async -> [(process: TopologyProcess, state: PartStatus.State)] {
        await withTaskGroup(of: (Int, PartStatus.State).self) { group in
            for (index, process) in processes.enumerated() {
                group.addTask { (index, await ProcessProbe(limit: .seconds(2)).probe(process).state) }
            }
            let states = await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            return processes.enumerated().compactMap { index, process in states[index].map { (process, $0) } }
        }
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
        try await requireNoOtherServer()
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
            guard differences.isEmpty || allowsDifferences else {
                throw OperatorError(
                    .refused,
                    "\(differences.map(\.sentence).joined(separator: "; ")): add --despite-differences to restore all the same"
                )
            }
            let settlement = try await RestoreSettlement.settle(
                target.database,
                on: restored,
                known: old.knowledge,
                secrets: access.context.secrets
            )
            return (times, Prepared(examination: examination, settlement: settlement, differences: differences))
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
            throw await undone(error)
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
            throw await undone(error)
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
    private func undone(_ error: any Error) async -> any Error {
        var ending = "nothing was changed"
        do {
            if files.fileExists(atPath: side) { try files.removeItem(atPath: side) }
            if target.folder != nil {
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
