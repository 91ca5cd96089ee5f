import ArgumentParser
import HubModel
import Postgres
import Topology

/// `hubctl backup create`: copies the databases into the repository.
struct BackupCreateCommand: OperatorCommand {
    /// The types as the command line names them.
    enum Kind: String, CaseIterable, ExpressibleByArgument, Sendable {
        case full
        case differential
        case incremental

        var set: BackupSet.Kind {
            switch self {
            case .full: .full
            case .differential: .differential
            case .incremental: .incremental
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Back up the databases, while they serve.",
        discussion: """
            A full backup copies everything, a differential one what has changed since the last full one, an incremental \
            one what has changed since the last of any type. Without --type it is differential where there is a full one, \
            else full. Backups beyond backups.full and backups.differential of the topology are removed afterwards.

            EXAMPLES
              hubctl backup create
              hubctl backup create --type full
              hubctl backup create --shard us-1 eu-1 --directory --format json
            """
    )

    @Option(help: ArgumentHelp("full, differential or incremental.", valueName: "type"))
    var type: Kind?

    @OptionGroup var selection: BackupSelection
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try await BackupAccess.with(context) { access in
            let targets = try selection.targetsHere(of: access.topology, access.backups, context.console)
            var made: [MadeBackup] = []
            var failures = FailureList()
            for target in targets {
                do {
                    made.append(try await create(target, access))
                } catch {
                    try failures.append(error)
                }
            }
            if !made.isEmpty { try context.show(BackupCreateReport(backups: made)) }
            try failures.finish(of: targets.count, "databases", in: context.console)
        }
    }

    // MARK: - Private

    private func create(_ target: BackupTarget, _ access: BackupAccess) async throws -> MadeBackup {
        try await access.requireSameServer(target)
        let pgbackrest = try access.pgbackrest(target)
        let before = try await pgbackrest.information()
        let kind = type?.set ?? BackupCreateCommand.kind(after: before.backup)
        let clock = ContinuousClock.now
        let progress = access.progress("backing up \(target.name)")
        try await pgbackrest.run("backup", ["--type=\(kind.rawValue)"]) { progress.advance(to: Int($0 * 100)) }
        progress.finish()
        let elapsed = (ContinuousClock.now - clock).seconds
        guard let set = try await pgbackrest.information().backup.last, set.label != before.backup.last?.label else {
            throw OperatorError(.failed, "the new backup of \(target.described) is not in the repository")
        }
        return MadeBackup(
            database: target.name,
            label: set.label,
            type: set.type.title,
            bytes: set.info.size,
            copiedBytes: set.info.delta,
            repositoryBytes: set.info.repository.delta,
            seconds: elapsed
        )
    }

    /// The type that is made when none is asked for.
    static func kind(after backups: [BackupSet]) -> BackupSet.Kind {
        backups.contains { $0.type == .full && $0.error != true } ? .differential : .full
    }
}

private struct MadeBackup: Encodable, Sendable {
    let database: String
    let label: String
    let type: String
    let bytes: Int
    let copiedBytes: Int
    let repositoryBytes: Int
    let seconds: Double
}

private struct BackupCreateReport: Report {
    let backups: [MadeBackup]

    func text(for stream: TextStream) -> String {
        var table = Table(
            "DATABASE",
            "LABEL",
            "TYPE",
            .number("SIZE"),
            .number("COPIED"),
            .number("STORED"),
            .number("TIME"),
            .number("MB/s")
        )
        for backup in backups {
            let rate = backup.seconds > 0 ? Double(backup.copiedBytes) / 1e6 / backup.seconds : 0
            table.append(
                .init(backup.database),
                .init(backup.label),
                .init(backup.type),
                .init(backup.bytes.formattedBytes),
                .init(backup.copiedBytes.formattedBytes),
                .init(backup.repositoryBytes.formattedBytes),
                .init(Duration.seconds(backup.seconds).clock),
                .init("\(Int(rate.rounded()))")
            )
        }
        return table.text(for: stream)
    }
}
