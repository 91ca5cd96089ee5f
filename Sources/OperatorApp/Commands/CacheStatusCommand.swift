import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1

/// `hubctl cache status`: gates, hit rates and what is in Redis.
struct CacheStatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show each shard's cache: gate, hit rate, memory, evictions, and the tenants with the most in it.",
        discussion: """
            The gate says whether a shard's cache is used: on, closing (for at most a few seconds) or off, when everything is \
            read from PostgreSQL; a backend without a lease reads from there too. Rates and counts are those of each \
            backend since it started; AUDITED are cached items that were compared with their rows, and how many of them \
            differed, which must be 0.

            A backend that does not answer has a row that says so.

            EXAMPLES
              hubctl cache status
              hubctl cache status --shard eu-1 --tenants 50
              hubctl cache status --format json | jq '.items[] | {shard, hitRate}'
            """
    )

    @Option(help: "Only this shard.")
    var shard: String?

    @Option(help: "How many tenants of each shard to show, those with the most bytes first; 0 for none.")
    var tenants = 10

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        let allowed = InternalCacheStatus.allowedTenants
        guard allowed.contains(tenants) else {
            throw ValidationError("--tenants is a number from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
    }

    func run(in context: CommandContext) async throws {
        let shard = try shard.map { try ShardID(naming: $0) }
        let client = try await ControlClient(email: control.email, context: context)
        let page: Page<ShardCacheView> = try await client.send(
            .GET,
            "/api/cache",
            query: [("shard", shard?.rawValue), ("tenants", String(tenants)), ("limit", "100")]
        )
        try context.show(CacheStatusReport(items: page.items, total: page.total))
    }
}
