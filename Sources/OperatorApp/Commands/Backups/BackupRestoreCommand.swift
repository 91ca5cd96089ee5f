import ArgumentParser
import FoundationEssentials
import HubModel
import Topology

/// `hubctl backup restore`: brings a database back to a moment, or leaves it as it was.
struct BackupRestoreCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring one database back to a moment; it is as it was if anything fails.",
        discussion: """
            Stops the server, restores and recovers its files beside the old ones, examines them as hubctl backup drill does \
            on a server that nobody reaches, and only then exchanges the two folders and starts it. What was written after \
            the moment is lost, by everybody: hubctl asks first and says what it is. Whatever fails, and whenever, the old \
            files are put back and started; a second run finishes or undoes what a killed one has left. The shard's cache \
            begins anew, and what moves had left in the database is cleared. Where tenants were made or moved since the \
            moment, the directory and the shards would not agree about them; it is refused then, unless told otherwise.

            EXAMPLES
              hubctl backup restore --shard us-1 --to 2025-12-22T14:30:00Z
              hubctl backup restore --directory --to latest --yes
            """
    )

    @Option(help: ArgumentHelp("The moment: an RFC 3339 time, or latest.", valueName: "time"))
    var to: String

    @Flag(help: "Keep the files that are replaced.")
    var keepOld = false

    @Flag(help: "Restore also when tenants were made or moved since, whom only one side then knows.")
    var despiteDifferences = false

    @OptionGroup var selection: BackupSelection
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let moment = try RecoveryTarget(to, now: .now())
        try await BackupAccess.with(context) { access in
            let target = try selection.onlyTarget(of: access.topology, access.backups)
            let lock = try DatabaseLock(target, in: access.lockFolder)
            defer { withExtendedLifetime(lock) {} }
            let restore = RestoreRun(
                target: target,
                moment: moment,
                keepsOld: keepOld,
                allowsDifferences: despiteDifferences,
                access: access
            )
            try await context.interruption.deferring { try await restore.settleLeftovers() }
            let plan = try await restore.plan()
            let report = try await context.interruption.deferring { try await restore.run(plan) }
            try context.show(report)
        }
    }
}

/// What a restore has done.
struct RestoreReport: Report {
    let database: String
    let backup: String
    let to: String
    let recoveredTo: Timestamp
    /// For how long the database did not serve.
    let downSeconds: Double
    let times: Recovery.Times
    let examination: ClusterExamination
    let settlement: RestoreSettlement
    let differences: [OwnershipComparison]
    /// The folder of the files that were replaced, if they were kept.
    let kept: String?
    /// Processes that served before and are not well again after a while.
    let notUp: [String]

    func text(for stream: TextStream) -> String {
        var lines = [
            "\(database) is back at \(recoveredTo), from backup \(backup), and serves again.",
            "  down       \(Duration.seconds(downSeconds).formattedSeconds) (files \(Duration.seconds(times.restoreSeconds).formattedSeconds), WAL \(Duration.seconds(times.recoverySeconds).formattedSeconds), checks \(Duration.seconds(times.checkSeconds).formattedSeconds))",
            "  examined   \(examination.rows.grouped) rows, \(examination.constraints) constraints, \(examination.guardedTables) tables under row-level security",
        ]
        if examination.schema < examination.latestSchema {
            lines.append(
                "  schema     \(examination.schema) of \(examination.latestSchema): run hubctl migrate before anything is served"
            )
        }
        if times.endedEarly { lines.append("  the WAL ended before \(to): everything that is there was recovered") }
        lines += settlement.sentences.map { "  \($0)" }
        lines += differences.map { "  \($0.sentence)" }
        if let kept { lines.append("  the old files are in \(kept): remove them when they are not needed") }
        if !notUp.isEmpty {
            lines.append("  look at    \(notUp.joined(separator: ", ")), not well yet: hubctl status")
        }
        lines.append("  next       hubctl backup create")
        return lines.joined(separator: "\n") + "\n"
    }
}
