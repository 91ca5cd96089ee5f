import ArgumentParser
import HubModel
import Reactor
import ShardStore
import Topology

/// `hubctl tenants import`: a tenant from a file.
struct TenantsImportCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a tenant of a file that export has written, in this deployment or another.",
        discussion: """
            The whole file is checked before anything is written. The tenant gets an id of its own; its people, projects, \
            tasks and audit log keep theirs. All rows are written in one transaction with every constraint checked, and \
            routers learn of the tenant last: cut off, it leaves nothing that people see, and doing it again goes on.

            EXAMPLES
              hubctl tenants import acme.jsonl.gz --as acme-copy --region eu
              hubctl tenants import acme.jsonl.gz --dry-run
            """
    )

    @Argument(help: "The file.")
    var file: String

    @Option(name: .customLong("as"), help: "Another subdomain than it had.")
    var subdomain: String?

    @Option(help: "The region that keeps its data: its open shard with the fewest tenants takes it.")
    var region: String?

    @Option(help: "The shard that takes it.")
    var shard: String?

    @Flag(help: "Only check the file, and tell what it holds and where it would go.")
    var dryRun = false

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let checked = try TenantArchivist.check(file)
        let name = try subdomain.map { try Subdomain(naming: $0) }
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let archivist = TenantArchivist(topology: try context.topology(), secrets: context.secrets, reactors: reactors)
        let target = try await archivist.shard(named: shard, region: region)
        let new = name ?? checked.header.tenant.subdomain
        guard !dryRun else {
            let tenant = checked.header.tenant
            return try context.show(
                ArchiveReport(
                    tenant: tenant.id,
                    subdomain: new,
                    shard: target,
                    file: file,
                    rows: checked.trailer.rows,
                    sha256: checked.trailer.sha256
                )
            )
        }
        let progress = ProgressReporter(
            activity: "importing",
            unit: "rows",
            total: checked.trailer.rows.values.reduce(0, +),
            console: context.console,
            format: options.format
        )
        let report = try await context.interruption.deferring {
            defer { progress.finish() }
            return try await archivist.load(file, checked, as: new, on: target) { progress.advance(to: $0) }
        }
        try context.show(report)
    }
}
