import ArgumentParser
import FoundationEssentials
import HubModel
import Topology

/// `hubctl backup drill`: rehearses a restore beside the servers that run.
struct BackupDrillCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Rehearse a restore: into a scratch server that nobody reaches, examined and thrown away.",
        discussion: """
            Counts the rows, holds every row against every foreign key and CHECK, looks as the application's role whether a \
            tenant sees only its own, and tells how far back the last recovered commit lies (recovery point) and how long all \
            of it took (recovery time). The servers that run are not touched; the disk of their files needs room for a copy.

            EXAMPLES
              hubctl backup drill
              hubctl backup drill --shard us-1 --to 2025-12-22T14:30:00Z
            """
    )

    @Option(help: ArgumentHelp("The moment: an RFC 3339 time, or latest.", valueName: "time"))
    var to = "latest"

    @OptionGroup var selection: BackupSelection
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let moment = try RecoveryTarget(to, now: .now())
        try await BackupAccess.with(context) { access in
            let targets = try selection.targetsHere(of: access.topology, access.backups, context.console)
            var report = DrillReport()
            var failures = FailureList()
            for target in targets {
                do {
                    report.drills.append(try await drill(target, to: moment, access))
                } catch {
                    try failures.append(error)
                }
            }
            if !report.drills.isEmpty { try context.show(report) }
            for drill in report.drills where !drill.examination.faults.isEmpty {
                try failures.append(
                    OperatorError(.failed, "\(drill.database): \(drill.examination.faults.joined(separator: "; "))")
                )
            }
            try failures.finish(of: targets.count, "databases", in: context.console)
        }
    }

    // MARK: - Private

    private func drill(_ target: BackupTarget, to moment: RecoveryTarget, _ access: BackupAccess) async throws -> Drill
    {
        let lock = try DatabaseLock(target, in: access.lockFolder)
        defer { withExtendedLifetime(lock) {} }
        let scratch = "\(target.data).hub-drill"
        // Left by a drill that was killed.
        try? FileManager.default.removeItem(atPath: scratch)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let asked = Timestamp.now()
        let recovery = try await Recovery(of: target, to: moment, access)
        try recovery.source.requireRoom(for: scratch)
        return try await recovery.perform(into: scratch, besides: nil, isReached: false, isLasting: false) {
            server,
            times in
            var times = times
            let began = ContinuousClock.now
            let examination = try await ClusterExamination.examine(target.database, on: server)
            times.checkSeconds = (ContinuousClock.now - began).seconds
            let wanted: Timestamp =
                switch moment {
                case .latest: asked
                case .time(let time): time
                }
            let recovered = examination.recoveredTo ?? recovery.source.set.endedAt
            return Drill(
                database: target.name,
                backup: recovery.source.set.label,
                to: moment.description,
                recoveredTo: recovered,
                recoveryPointSeconds: max(0, (wanted - recovered).seconds),
                recoveryTimeSeconds: times.totalSeconds,
                megabytesPerSecond: times.megabytesPerSecond,
                times: times,
                examination: examination
            )
        }
    }
}

private struct Drill: Encodable, Sendable {
    let database: String
    let backup: String
    let to: String
    let recoveredTo: Timestamp
    let recoveryPointSeconds: Double
    let recoveryTimeSeconds: Double
    let megabytesPerSecond: Double
    let times: Recovery.Times
    let examination: ClusterExamination
}

private struct DrillReport: Report {
    var drills: [Drill] = []

    func text(for stream: TextStream) -> String {
        var table = Table(
            "DATABASE",
            "BACKUP",
            "RECOVERED TO",
            .number("POINT"),
            .number("TIME"),
            .number("MB/s"),
            .number("ROWS"),
            .number("CONSTRAINTS"),
            "SCHEMA",
            "STATE"
        )
        for drill in drills {
            let examination = drill.examination
            table.append(
                .init(drill.database),
                .init(drill.backup),
                .init("\(drill.recoveredTo)"),
                .init(Duration.seconds(drill.recoveryPointSeconds).coarse),
                .init(Duration.seconds(drill.recoveryTimeSeconds).formattedSeconds),
                .init("\(Int(drill.megabytesPerSecond.rounded()))"),
                .init(examination.rows.grouped),
                .init("\(examination.constraints)"),
                .init("\(examination.schema) of \(examination.latestSchema)"),
                examination.faults.isEmpty ? .init("good", .good) : .init("bad", .bad)
            )
        }
        return table.text(for: stream)
    }
}
