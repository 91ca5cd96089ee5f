import ArgumentParser
import HubModel
import Postgres
import Topology

/// `hubctl backup list`: what is in the repository.
struct BackupListCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the backups, and the span of time that can be restored.",
        discussion: """
            EXAMPLES
              hubctl backup list
              hubctl backup list --shard us-1 --format json
            """
    )

    @OptionGroup var selection: BackupSelection
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try await BackupAccess.with(context) { access in
            let targets = try selection.targets(of: access.topology, access.backups)
            var report = BackupListReport()
            var failures = FailureList()
            for target in targets {
                do {
                    report.databases.append(try await list(target, access))
                } catch {
                    try failures.append(error)
                }
            }
            if !report.databases.isEmpty { try context.show(report) }
            try failures.finish(of: targets.count, "databases", in: context.console)
        }
    }

    // MARK: - Private

    private func list(_ target: BackupTarget, _ access: BackupAccess) async throws -> ListedDatabase {
        let pgbackrest = try access.pgbackrest(target)
        let information = try await pgbackrest.information()
        let history = try await access.history(of: information, target)
        // Nobody knows the time of the last archived commit but the server, if it runs.
        let archived = try? await access.withSession(target, database: "postgres") {
            try await ArchivingState.ask($0, stanza: target.name).lastArchivedAt
        }
        let usable = information.backup.filter { $0.error != true && history.leads(from: $0) }
        let files = try await pgbackrest.archivedFiles(of: information)
        return ListedDatabase(
            database: target.name,
            restorableFrom: usable.first?.endedAt,
            archivedUntil: usable.isEmpty ? nil : archived ?? nil,
            gaps: ArchiveGap.find(in: files, history: history, backups: usable),
            backups: information.backup.map { set in
                ListedBackup(
                    label: set.label,
                    type: set.type.title,
                    startedAt: set.startedAt,
                    endedAt: set.endedAt,
                    bytes: set.info.size,
                    repositoryBytes: set.info.repository.delta,
                    firstWAL: set.archive.start,
                    lastWAL: set.archive.stop,
                    isUsable: set.error != true && history.leads(from: set)
                )
            }
        )
    }
}

private struct ListedBackup: Encodable, Sendable {
    let label: String
    let type: String
    let startedAt: Timestamp
    let endedAt: Timestamp
    /// Of the server's files.
    let bytes: Int
    /// Of this backup alone, as stored.
    let repositoryBytes: Int
    let firstWAL: String
    let lastWAL: String
    /// False for one with errors, and for one of a history that a restore has left.
    let isUsable: Bool
}

private struct ListedDatabase: Encodable, Sendable {
    let database: String
    /// The first moment that can be restored; nil without a backup.
    let restorableFrom: Timestamp?
    /// When WAL was archived last; nil while the server does not answer.
    let archivedUntil: Timestamp?
    let gaps: [ArchiveGap]
    let backups: [ListedBackup]
}

private struct BackupListReport: Report {
    var databases: [ListedDatabase] = []

    func text(for stream: TextStream) -> String {
        var table = Table(
            "DATABASE",
            "LABEL",
            "TYPE",
            "ENDED",
            .number("TOOK"),
            .number("SIZE"),
            .number("STORED"),
            "WAL",
            ""
        )
        for database in databases {
            for backup in database.backups {
                table.append(
                    .init(database.database),
                    .init(backup.label),
                    .init(backup.type),
                    .init("\(backup.endedAt)"),
                    .init((backup.endedAt - backup.startedAt).clock),
                    .init(backup.bytes.formattedBytes),
                    .init(backup.repositoryBytes.formattedBytes),
                    .init("\(backup.firstWAL)–\(backup.lastWAL.suffix(8))"),
                    backup.isUsable ? "" : .init("not usable", .bad)
                )
            }
        }
        return table.text(for: stream) + "\n" + databases.map(span).joined()
    }

    // MARK: - Private

    private func span(_ database: ListedDatabase) -> String {
        guard let from = database.restorableFrom else {
            return "\(database.database): nothing can be restored yet: hubctl backup create\n"
        }
        let until = database.archivedUntil.map { "; WAL was archived last at \($0)" } ?? "; its server does not answer"
        return "\(database.database): any moment after \(from) can be restored\(until)\n"
            + database.gaps.map { "\(database.database): \($0.sentence)\n" }.joined()
    }
}
