import ArgumentParser
import Credentials
import Directory
import HubModel
import Reactor
import ShardStore
import Topology

/// `hubctl demo load`: very many tenants of realistic, skewed sizes.
struct DemoLoadCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Fill the shards with very many realistic tenants, at COPY speed.",
        discussion: """
            Sizes are skewed as they are in life: few tenants are large, many are small. The same seed makes the same \
            tenants, so an interrupted load goes on when the command is given again, and a larger --tenants adds to \
            a smaller one. Everybody's password is public: Demo@123 for admin@<subdomain>.com, User@123 for the others.

            EXAMPLES
              hubctl demo load --tenants 1000 --projects 10 --tasks 20
              hubctl demo load --tenants 50000 --projects 2 --tasks 5 --region eu --seed 7
              hubctl demo load --tenants 100 --projects 3 --tasks 4 --format json
            """
    )

    @Option(help: "How many tenants.")
    var tenants: Int

    @Option(help: "Projects of a tenant, on average.")
    var projects: Int

    @Option(help: "Tasks of a project, on average.")
    var tasks: Int

    @Option(help: "Only shards of this region; without it all open shards, by weight.")
    var region: String?

    @Option(help: "Only this shard.")
    var shard: String?

    @Option(help: "Which of the endless many data sets.")
    var seed: UInt64 = 1

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...10_000_000).contains(tenants) else {
            throw ValidationError("--tenants is a number from 1 to 10,000,000")
        }
        guard (0...10_000).contains(projects) else { throw ValidationError("--projects is a number from 0 to 10,000") }
        guard (0...10_000).contains(tasks) else { throw ValidationError("--tasks is a number from 0 to 10,000") }
    }

    func run(in context: CommandContext) async throws {
        let topology = try context.topology()
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let passwords = try await DemoPasswords(PasswordHasher())
        let dataset = DemoDataset(seed: seed, projectsPerTenant: projects, tasksPerProject: tasks)
        let database = DatabaseAccess(target: .directory(of: topology), secrets: context.secrets, reactors: reactors)
        // Between two slices only, so that no tenant is on a shard and unknown to routers.
        let report = try await context.interruption.deferring {
            try await database.withCurrentSchema { pool in
                let directory = DirectoryStore(pool: pool)
                let allotment = try DemoAllotment(
                    tenants: tenants,
                    over: try await directory.shards(),
                    region: try region.map { try RegionID(naming: $0) },
                    shard: try shard.map { try ShardID(naming: $0) }
                )
                let load = DemoLoad(
                    topology: topology,
                    secrets: context.secrets,
                    reactors: reactors,
                    dataset: dataset,
                    allotment: allotment,
                    passwords: passwords,
                    now: .now(),
                    interruption: context.interruption
                )
                let progress = ProgressReporter(
                    activity: "loading",
                    unit: "rows",
                    total: allotment.indices.reduce(0) { $0 + dataset.tenant(at: $1).rows },
                    console: context.console,
                    format: options.format
                )
                defer { progress.finish() }
                let shards = try await load.run(directory, progress)
                return DemoLoadReport(shards: shards, elapsed: progress.meter.elapsed)
            }
        }
        try context.show(report)
        if context.interruption.isRequested { throw CancellationError() }
    }
}

extension Name {
    /// - Throws: ``OperatorError`` for a text that cannot be a name of the topology.
    init(naming text: String) throws {
        guard let name = Name(text) else {
            throw OperatorError(.usage, "“\(text)” cannot be the name of a region or shard")
        }
        self = name
    }
}

private struct DemoLoadReport: Report {
    let shards: [DemoShardSummary]
    let tenants: Int
    let rows: Int
    let seconds: Double
    let rowsPerSecond: Int

    init(shards: [DemoShardSummary], elapsed: Duration) {
        self.shards = shards
        tenants = shards.reduce(0) { $0 + $1.tenants }
        rows = shards.reduce(0) { $0 + $1.rows }
        seconds = (elapsed.seconds * 1000).rounded() / 1000
        rowsPerSecond = elapsed.seconds > 0 ? Int(Double(rows) / elapsed.seconds) : 0
    }

    func text(for stream: TextStream) -> String {
        var table = Table(
            "SHARD",
            .number("TENANTS"),
            .number("USERS"),
            .number("PROJECTS"),
            .number("TASKS"),
            .number("ROWS"),
            .number("KEPT")
        )
        for shard in shards {
            table.append(
                .init(shard.shard.description),
                .init(shard.tenants.grouped),
                .init(shard.users.grouped),
                .init(shard.projects.grouped),
                .init(shard.tasks.grouped),
                .init(shard.rows.grouped),
                .init(shard.kept.grouped)
            )
        }
        return table.text(for: stream)
            + "\(tenants.grouped) tenants, \(rows.grouped) rows in \(Duration.seconds(seconds).formattedSeconds), "
            + "\(rowsPerSecond.grouped) rows/s\n"
    }
}
