import ArgumentParser
import Postgres
import Topology

/// `hubctl backup init`: writes pgbackrest's settings and prepares the repository.
struct BackupInitCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write pgbackrest's settings and prepare the repository for every database here.",
        discussion: """
            Writes the file backups.settings of the topology (mode 0600, for the owner of the servers' files), and makes \
            the databases known in the repository. Running it again changes nothing but what the topology or a secret has \
            changed. Each server needs in postgresql.conf, and then a restart:

              archive_mode = on
              archive_timeout = 60
              archive_command = 'pgbackrest --config=<backups.settings> --stanza=<directory or shard> archive-push "%p"'

            EXAMPLES
              hubctl backup init
              hubctl backup init --shard us-1
            """
    )

    @OptionGroup var selection: BackupSelection
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try await BackupAccess.with(context) { access in
            let targets = try selection.targetsHere(of: access.topology, access.backups, context.console)
            let everything = DatabaseTarget.all(of: access.topology).map { BackupTarget($0, access.backups) }
            let path = access.backups.settings.absolutePath
            let settings = try BackupSettings(
                access.backups,
                targets: everything,
                secrets: context.secrets,
                folder: String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            )
            try settings.write(to: path, for: targets[0].user)
            var report = BackupInitReport(settings: path)
            var failures = FailureList()
            for target in targets {
                do {
                    try await access.requireSameServer(target)
                    try await access.pgbackrest(target).run("stanza-create")
                    let archiving = try await access.withSession(target, database: "postgres") {
                        try await ArchivingState.ask($0, stanza: target.name)
                    }
                    report.databases.append(.init(name: target.name, data: target.data, isArchiving: archiving.isOn))
                    guard !archiving.isOn else { continue }
                    context.console.note(
                        "\(target.name) does not archive its WAL: put archive_mode = on, archive_timeout = 60 and "
                            + "archive_command = 'pgbackrest --config=\(path) --stanza=\(target.name) archive-push \"%p\"' "
                            + "into its postgresql.conf, and restart it"
                    )
                } catch {
                    try failures.append(error)
                }
            }
            if !report.databases.isEmpty { try context.show(report) }
            try failures.finish(of: targets.count, "databases", in: context.console)
        }
    }
}

private struct BackupInitReport: Report {
    struct Entry: Encodable, Sendable {
        let name: String
        let data: String
        let isArchiving: Bool
    }

    let settings: String
    var databases: [Entry] = []

    func text(for stream: TextStream) -> String {
        var table = Table("DATABASE", "FILES", "ARCHIVING")
        for entry in databases {
            table.append(
                .init(entry.name),
                .init(entry.data),
                entry.isArchiving ? .init("on", .good) : .init("off", .bad)
            )
        }
        return table.text(for: stream)
    }
}
