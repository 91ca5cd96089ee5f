import ArgumentParser
import HubModel
import HubWire
import Topology

/// `hubctl cache warm`: has tenants' data read through the caches, so that it is in them when people come.
struct CacheWarmCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "warm",
        abstract: "Read tenants' lists and settings through the caches, so that they are in them.",
        discussion: """
            The shards' backends do it the way of every read, so what is warmed is never stale, however much is written \
            meanwhile; what is there already is left. At most --concurrency tenants of a shard are read at once, spread \
            over its backends. Suspended tenants, and those that are being moved or erased, are skipped.

            An interrupted run prints the command that goes on from there; --resume meets every tenant once. Tenants \
            that failed are served as before, and may be warmed again at any time.

            Exits with 0 when nothing failed (what was skipped is no failure), with 7 when some tenants failed, with 1 \
            when all did or it was interrupted, with 6 when there is no such tenant or shard, with 3 when hub-control \
            cannot be reached.

            EXAMPLES
              hubctl cache warm --tenant acme
              hubctl cache warm --shard eu-1 --concurrency 8
              hubctl cache warm --all --dry-run
              hubctl cache warm --all --format json | jq '.failures[]'
            """
    )

    @Option(help: "Only this tenant: its subdomain or id.")
    var tenant: String?

    @Option(help: "Only the tenants of this shard.")
    var shard: String?

    @Flag(help: "Every tenant of the hub.")
    var all = false

    @Option(help: "The most tenants of one shard that are read at once, 1 to 32.")
    var concurrency = WarmCacheRequest.defaultConcurrency

    @Flag(help: "Only tell how many would be warmed and skipped.")
    var dryRun = false

    @Option(help: ArgumentHelp("Go on from where an interrupted run says it was.", valueName: "cursor"))
    var resume: String?

    @Option(
        help: "How many tenants to ask hub-control for at a time, 1 to 1000: it can be interrupted between two times."
    )
    var batch = 100

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        let given = [tenant != nil, shard != nil, all].filter { $0 }.count
        guard given == 1 else { throw ValidationError("give exactly one of --tenant, --shard and --all") }
        guard WarmCacheRequest.allowedConcurrency.contains(concurrency) else {
            throw ValidationError("--concurrency is a number from 1 to 32")
        }
        guard WarmCacheRequest.allowedLimits.contains(batch) else {
            throw ValidationError("--batch is a number from 1 to 1000")
        }
        guard resume == nil || tenant == nil else { throw ValidationError("--resume goes with --shard or --all") }
        if let resume, TenantID(resume) == nil {
            throw ValidationError("--resume is what an interrupted run printed, not “\(resume)”")
        }
    }

    func run(in context: CommandContext) async throws {
        let walk = CacheWarmingWalk(
            selection: try selection(),
            concurrency: concurrency,
            isDryRun: dryRun,
            batch: batch,
            client: try await ControlClient(email: control.email, context: context),
            context: context
        )
        // Between two calls only, so that every tenant of the report is one that the cursor has passed.
        let (report, failure) = try await context.interruption.deferring {
            await walk.run(from: resume.flatMap(TenantID.init))
        }
        if let failure, report.tenants == 0 { throw failure }
        try context.show(report)
        if let failure { throw failure }
        guard report.failed > 0 else { return }
        throw OperatorError(
            report.failed == report.tenants ? .failed : .partial,
            "\(report.failed.grouped) of \(report.tenants.grouped) tenants could not be warmed"
        )
    }

    // MARK: - Private

    private func selection() throws -> WarmCacheRequest.Selection {
        if let tenant { return .tenant(tenant) }
        if let shard { return .shard(try ShardID(naming: shard)) }
        return .all
    }
}
