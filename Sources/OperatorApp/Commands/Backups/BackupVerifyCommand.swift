import ArgumentParser
import Foundation
import HubModel
import Postgres
import Topology

/// `hubctl backup verify`: reads the repository, and looks whether the archive is fed.
struct BackupVerifyCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every stored file against its checksum, and whether WAL is archived.",
        discussion: """
            Reads the whole repository. It fails when a file is damaged or missing, when the newest backup is older than \
            backups.maximumAgeHours, when a server does not archive its WAL or is more than five minutes behind, and when a \
            segment that is asked for does not arrive. What only a restore can show, hubctl backup drill shows.

            EXAMPLES
              hubctl backup verify
              hubctl backup verify --shard us-1 --format json
            """
    )

    @OptionGroup var selection: BackupSelection
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try await BackupAccess.with(context) { access in
            let targets = try selection.targets(of: access.topology, access.backups)
            var report = BackupVerifyReport()
            var failures = FailureList()
            for target in targets {
                do {
                    report.databases.append(try await verify(target, access))
                } catch {
                    try failures.append(error)
                }
            }
            if !report.databases.isEmpty { try context.show(report) }
            let faulty = report.databases.filter { !$0.faults.isEmpty }
            if !faulty.isEmpty {
                try failures.append(
                    OperatorError(
                        .failed,
                        "not all is well with the backups of \(faulty.map(\.database).joined(separator: ", "))"
                    )
                )
            }
            try failures.finish(of: targets.count, "databases", in: context.console)
        }
    }

    // MARK: - Private

    /// Behind which WAL is called late, in seconds.
    private static let lateAfter = 300

    private func verify(_ target: BackupTarget, _ access: BackupAccess) async throws -> VerifiedDatabase {
        let pgbackrest = try access.pgbackrest(target)
        var verified = VerifiedDatabase(database: target.name)
        let information = try await pgbackrest.information()
        verified.backups = information.backup.count
        if let newest = information.backup.last {
            verified.newestAt = newest.endedAt
            let age = Timestamp.now() - newest.endedAt
            if age > .seconds(access.backups.maximumAgeHours * 3600) {
                verified.faults.append("the newest backup is \(age.coarse) old: hubctl backup create")
            }
        } else {
            verified.faults.append("there is no backup: hubctl backup create")
        }
        // It tells what is wrong and ends with success all the same.
        let words = try await pgbackrest.run("verify", ["--output=text"])
        verified.faults += BackupVerifyCommand.faults(in: words)
        // Nor does it look for what was never archived. What a newer backup has behind it is told by list.
        let history = try await access.history(of: information, target)
        let gaps = ArchiveGap.find(
            in: try await pgbackrest.archivedFiles(of: information),
            history: history,
            backups: information.backup.filter { $0.error != true && history.leads(from: $0) }
        )
        verified.faults += gaps.filter { $0.before == nil }.map(\.sentence)
        do {
            let archiving = try await access.withSession(target, database: "postgres") {
                try await ArchivingState.ask($0, stanza: target.name)
            }
            verified.archiving = archiving
            if !archiving.isOn {
                verified.faults.append("its server does not archive WAL: hubctl backup init tells the settings")
            } else {
                if let since = archiving.failingSince {
                    verified.faults.append("archiving fails (\(since)): see its log")
                }
                if archiving.lagSeconds > BackupVerifyCommand.lateAfter {
                    verified.faults.append(
                        "\(archiving.waiting) segments wait for being archived, the oldest for \(archiving.lagSeconds) s"
                    )
                }
                // Ends the present segment and waits for it in the archive.
                if target.folder != nil { try await pgbackrest.run("check", ["--archive-timeout=20"]) }
            }
        } catch let error as OperatorError {
            verified.faults.append(error.message)
        }
        return verified
    }

    /// What pgbackrest says of damage, one sentence for each backup or archive.
    static func faults(in words: String) -> [String] {
        var faults: [String] = []
        for line in words.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            if line.hasPrefix("backup:") || line.hasPrefix("archiveId:") {
                faults.append(line.replacing(": ", with: " "))
            } else if line.contains("invalid:") || line.contains("missing:") || line.contains("error:") {
                faults[faults.count - 1] += ", \(line)"
            }
        }
        return faults.filter { fault in
            ["invalid:", "missing:", "error:"].contains { name in
                fault.range(of: "\(name) ").map { fault[$0.upperBound...].first != "0" } ?? false
            } || fault.contains("status invalid")
        }
    }
}

private struct VerifiedDatabase: Encodable, Sendable {
    let database: String
    var backups = 0
    var newestAt: Timestamp?
    var archiving: ArchivingState?
    var faults: [String] = []

    init(database: String) {
        self.database = database
    }
}

private struct BackupVerifyReport: Report {
    var databases: [VerifiedDatabase] = []

    func text(for stream: TextStream) -> String {
        var table = Table("DATABASE", .number("BACKUPS"), "NEWEST", "ARCHIVED", .number("WAITING"), "STATE")
        for database in databases {
            table.append(
                .init(database.database),
                .init("\(database.backups)"),
                .init(database.newestAt.map { "\($0)" } ?? ""),
                .init(database.archiving?.lastArchivedAt.map { "\($0)" } ?? ""),
                .init(database.archiving.map { "\($0.waiting)" } ?? ""),
                database.faults.isEmpty
                    ? .init("good", .good) : .init(database.faults.joined(separator: "; "), .bad)
            )
        }
        return table.text(for: stream)
    }
}
