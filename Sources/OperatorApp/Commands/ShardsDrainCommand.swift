import ArgumentParser
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// `hubctl shards drain`: moves every tenant of a shard to others.
struct ShardsDrainCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Move every tenant of a shard to other shards, some at a time.",
        discussion: """
            The shard takes no new tenants from now on. Each tenant goes to the open shard of the region with the fewest \
            tenants; without --to-region every other region counts. A tenant whose move fails stays where it is, and the \
            others go on; run it again for what is left.

            Exits with 7 when some tenants could not be moved, with 1 when none could.

            EXAMPLES
              hubctl shards drain us-1 --to eu
              hubctl shards drain us-1 --at-once 1 --yes --format json
            """
    )

    @Argument(help: "The shard.")
    var shard: String

    @Option(help: ArgumentHelp("Only to shards of this region.", valueName: "region"))
    var to: String?

    @Option(help: "How many tenants move at the same time, 1 or 2: each stream costs the source.")
    var atOnce = 2

    @Flag(help: "Only tell which tenants would be moved, and where.")
    var dryRun = false

    @OptionGroup var choices: MoveChoices
    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...2).contains(atOnce) else { throw ValidationError("--at-once is 1 or 2") }
    }

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let source = try ShardID(naming: shard)
        let shards: Page<ShardView> = try await client.send(.GET, "/api/shards", query: [("limit", "100")])
        guard let present = shards.items.first(where: { $0.id == source }) else {
            throw OperatorError(.notFound, "there is no shard \(source)")
        }
        let targets = shards.items.filter { shard in
            shard.id != source && shard.state == .open && (to == nil || shard.region.rawValue == to)
        }
        guard !targets.isEmpty else {
            throw OperatorError(
                .refused,
                "no other open shard\(to.map { " of region \($0)" } ?? "") can take the tenants of \(source)"
            )
        }
        let tenants = try await tenants(of: source, client)
        var loads = targets.map { (id: $0.id, tenants: $0.tenants) }
        let items = tenants.map { tenant -> DrainItem in
            // The one with the fewest tenants, counting those that are on their way.
            let index = loads.indices.min { loads[$0].tenants < loads[$1].tenants } ?? 0
            loads[index].tenants += 1
            return DrainItem(subdomain: tenant.subdomain, tenantId: tenant.id, target: loads[index].id)
        }
        guard !dryRun else { return try context.show(DrainReport(shard: source, isDryRun: true, items: items)) }
        try context.confirm("Move \(tenants.count.grouped) tenants away from \(source)?")
        if present.state == .open {
            let _: ShardView = try await client.send(
                .PUT,
                "/api/shards/\(source)",
                body: ["state": ShardState.draining.rawValue]
            )
        }
        let (choices, atOnce) = (choices, atOnce)
        let moved = try await context.interruption.deferring {
            await drain(items, client, context, choices, atOnce)
        }
        try context.show(DrainReport(shard: source, isDryRun: false, items: moved))
        let failed = moved.count { $0.outcome != .moved }
        guard failed > 0 else { return }
        throw OperatorError(
            failed == moved.count ? .failed : .partial,
            "\(failed.grouped) of \(moved.count.grouped) tenants were not moved; run it again when the reasons are gone"
        )
    }

    // MARK: - Private

    private func tenants(of shard: ShardID, _ client: ControlClient) async throws -> [DirectoryTenantView] {
        var tenants: [DirectoryTenantView] = []
        while true {
            let page: Page<DirectoryTenantView> = try await client.send(
                .GET,
                "/api/tenants",
                query: [("shard", "\(shard)"), ("limit", "100"), ("offset", "\(tenants.count)")]
            )
            tenants += page.items
            if page.items.isEmpty || tenants.count >= page.total { return tenants }
        }
    }

    private func drain(
        _ items: [DrainItem],
        _ client: ControlClient,
        _ context: CommandContext,
        _ choices: MoveChoices,
        _ atOnce: Int
    ) async -> [DrainItem] {
        let reporter = ProgressReporter(
            activity: "draining",
            unit: "tenants",
            total: items.count,
            console: context.console,
            format: context.options.format
        )
        var done: [DrainItem] = []
        await withTaskGroup(of: DrainItem.self) { group in
            var waiting = items[...]
            func next() {
                guard let item = waiting.popFirst() else { return }
                guard !context.interruption.isRequested else {
                    done.append(item.ended(.skipped, "interrupted"))
                    return next()
                }
                group.addTask { await move(item, client, choices) }
            }
            for _ in 0..<atOnce { next() }
            for await item in group {
                done.append(item)
                reporter.advance(to: done.count)
                next()
            }
        }
        reporter.finish()
        return done.sorted { $0.subdomain.rawValue < $1.subdomain.rawValue }
    }

    private func move(_ item: DrainItem, _ client: ControlClient, _ choices: MoveChoices) async -> DrainItem {
        do {
            let request = try choices.request("\(item.tenantId)", to: "\(item.target)", dryRun: false, switch: true)
            let begun = try await client.begin(request)
            var failures = 0
            while true {
                try await Task.sleep(for: .milliseconds(100))
                let move: MoveView
                do {
                    move = try await client.move(begun.id)
                    failures = 0
                } catch let error as OperatorError where error.status == .unreachable && failures < 100 {
                    failures += 1
                    continue
                }
                if move.state == "completed" {
                    return item.ended(.moved, nil, rows: move.progress.rows, pause: move.progress.pauseMilliseconds)
                }
                if move.state == "switched", move.wish == nil { _ = try await client.ask("complete", of: begun.id) }
                if ["verified", "failed", "cancelled", "reversed"].contains(move.state), move.wish == nil {
                    return item.ended(.failed, move.reason ?? "the move is \(move.state)")
                }
            }
        } catch {
            return item.ended(.failed, OperatorError(explaining: error)?.message ?? "\(error)")
        }
    }
}

/// A tenant of a shard that is drained.
private struct DrainItem: Encodable, Sendable {
    enum Outcome: String, Encodable, Sendable {
        case planned
        case moved
        case failed
        case skipped
    }

    let subdomain: Subdomain
    let tenantId: TenantID
    let target: ShardID
    var outcome = Outcome.planned
    var reason: String?
    var rows: Int64?
    var pauseMilliseconds: Double?

    func ended(_ outcome: Outcome, _ reason: String?, rows: Int64? = nil, pause: Double? = nil) -> DrainItem {
        var item = self
        item.outcome = outcome
        item.reason = reason
        item.rows = rows
        item.pauseMilliseconds = pause
        return item
    }
}

private struct DrainReport: Report {
    let shard: ShardID
    let isDryRun: Bool
    let items: [DrainItem]

    func text(for stream: TextStream) -> String {
        var table = Table("TENANT", "TO", isDryRun ? "" : "OUTCOME", .number("PAUSE"), "REASON")
        for item in items {
            let tone: Table.Tone =
                switch item.outcome {
                case .moved: .good
                case .failed: .bad
                case .skipped: .warning
                case .planned: .plain
                }
            table.append(
                .init(item.subdomain.rawValue),
                .init("\(item.target)"),
                .init(isDryRun ? "" : item.outcome.rawValue, tone),
                .init(item.pauseMilliseconds.map { "\(Int($0.rounded())) ms" } ?? ""),
                .init(item.reason ?? "")
            )
        }
        return table.text(for: stream)
    }
}
