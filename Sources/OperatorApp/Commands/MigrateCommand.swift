import ArgumentParser
import HubModel
import Reactor
import Topology

/// `hubctl migrate`: every database of the topology gets the schema of this release.
struct MigrateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the directory and every shard to the schema of this release.",
        discussion: """
            Logs in as hub_admin, creates a missing database, applies the migrations that are missing, and gives the \
            hub's roles the passwords of the secrets. A schema that was changed by hand, or that is newer than this \
            release, is an error (exit status 4) and is left as it is. Running it again changes nothing.

            EXAMPLES
              hubctl migrate --dry-run
              hubctl migrate
              hubctl migrate --shard eu-1 --format json
            """
    )

    @Option(help: "Only this shard's database.")
    var shard: String?

    @Flag(help: "Show what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let topology = try context.topology()
        let targets = try DatabaseTarget.all(of: topology).selecting(shard: shard, in: topology)
        try DatabaseTarget.all(of: topology).requireOnePasswordForEachRole(secrets: context.secrets)
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        var outcomes: [DatabaseOutcome] = []
        var failures = FailureList()
        for target in targets {
            let database = DatabaseAccess(target: target, secrets: context.secrets, reactors: reactors)
            do {
                outcomes.append(try await DatabaseMigration(database: database, isDryRun: dryRun).run())
            } catch {
                try failures.append(error)
            }
        }
        for outcome in outcomes where outcome.walLevel != "logical" {
            context.console.note(
                "\(outcome.name): wal_level is \(outcome.walLevel), so its tenants cannot be moved: set wal_level = logical in "
                    + "postgresql.conf of \(outcome.address) and restart it"
            )
        }
        if !outcomes.isEmpty { try context.show(MigrationReport(dryRun: dryRun, databases: outcomes)) }
        try failures.finish(of: targets.count, "databases", in: context.console)
    }
}

private struct MigrationReport: Report {
    let dryRun: Bool
    let databases: [DatabaseOutcome]

    func text(for stream: TextStream) -> String {
        var table = Table("DATABASE", "ADDRESS", .number("SCHEMA"), "DONE")
        for outcome in databases {
            table.append(
                .init(outcome.name),
                .init(outcome.address),
                .init("\(outcome.version) of \(outcome.latestVersion)"),
                .init(outcome.summary, outcome.isUnchanged ? .plain : .good)
            )
        }
        return table.text(for: stream)
    }
}

extension [DatabaseTarget] {
    /// Only the shard of this name, or all when there is no name.
    func selecting(shard name: String?, in topology: Topology) throws -> [DatabaseTarget] {
        guard let name else { return self }
        let selected = filter { $0.kind != .directory && $0.name == name }
        guard !selected.isEmpty else { throw OperatorError(unknownShard: name, in: topology) }
        return selected
    }
}

extension OperatorError {
    init(unknownShard name: String, in topology: Topology) {
        let known = topology.shards.map(\.id.description).joined(separator: ", ")
        self.init(.notFound, "there is no shard “\(name)” in \(topology.file): its shards are \(known)")
    }
}
