import FoundationEssentials
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
    /// Whether it goes on when tenants are then seen otherwise by the directory and the shards.
    let allowsDifferences: Bool
    let access: BackupAccess

    /// What was agreed on before anything is touched.
    struct Plan: Sendable {
        let recovery: Recovery
        let old: OldServer
        /// The processes that worked with the database.
        let users: DatabaseUsers
    }

    /// Checks all that can be, and asks; nothing is changed.
    func plan() async throws -> Plan {
        let recovery = try await Recovery(of: target, to: moment, access)
        try require(recovery)
        try await requireNoStandby()
        let old = try await OldServer.ask(target, moment, access)
        if !allowsDifferences { try await requireNoYoungerTenants() }
        try access.context.confirm(question(old))
        return Plan(recovery: recovery, old: old, users: await DatabaseUsers.working(of: target, access.topology))
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
            notUp: try await plan.users.awaitReturn()
        )
    }

    /// What the restored server was found to be.
    struct Prepared: Sendable {
        let examination: ClusterExamination
        let settlement: RestoreSettlement
        let differences: [OwnershipComparison]
    }

    /// How long leases on the shard's cache may outlive the last word of its old database.
    private static let leases = Duration.milliseconds(2500)

    var server: ServerSwitch { ServerSwitch(target: target, access: access) }
    var side: String { RestoreMark.side(of: target.data) }
    var mark: String { "\(target.data)/\(RestoreMark.name)" }
    var files: FileManager { .default }

    func note(_ text: String) { access.context.console.note(text) }

    // MARK: - Private

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
}
