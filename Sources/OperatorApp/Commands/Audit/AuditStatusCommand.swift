import ArgumentParser
import AuditStore
import HubModel
import Postgres
import Topology

/// `hubctl audit status`: how the streams into the stores are.
struct AuditStatusCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell of each shard how far its audit store is, and of each store what it holds.",
        discussion: """
            EXAMPLES
              hubctl audit status
              hubctl audit status --format json
            """
    )

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try await AuditAccess.with(context) { access in
            let regions = try access.regions()
            var report = AuditStatusReport()
            var failures = FailureList()
            for region in regions {
                do {
                    try await access.withStore(of: region) {
                        try await look(at: $0, of: region, access, &report, &failures)
                    }
                } catch {
                    try failures.append(error)
                }
            }
            if !report.stores.isEmpty { try context.show(report) }
            try failures.finish(of: regions.count, "audit stores", in: context.console)
        }
    }

    // MARK: - Private

    private func look(
        at store: AuditDatabase,
        of region: RegionDescription,
        _ access: AuditAccess,
        _ report: inout AuditStatusReport,
        _ failures: inout FailureList
    ) async throws {
        let contents = try await store.contents()
        report.stores.append(
            AuditStatusReport.Store(
                region: region.id,
                tenants: contents.chains,
                entries: contents.entries,
                waiting: contents.waiting,
                archivedMonths: try await store.archives().map(\.month)
            )
        )
        for shard in access.topology.shards where shard.region == region.id {
            do {
                let state = try await access.withShard(shard) { pool in
                    try await AuditFeed(shard: shard.id, source: pool, peer: pool.configuration, store: store).state()
                }
                report.feeds.append(
                    AuditStatusReport.Feed(
                        shard: shard.id,
                        region: region.id,
                        stream: state.activity,
                        lagBytes: state.lag,
                        completeUntil: state.completeUntil
                    )
                )
            } catch {
                try failures.append(error)
            }
        }
    }
}

private struct AuditStatusReport: Report {
    struct Store: Encodable, Sendable {
        let region: RegionID
        let tenants: Int
        let entries: Int
        let waiting: Int
        let archivedMonths: [String]
    }

    struct Feed: Encodable, Sendable {
        let shard: ShardID
        let region: RegionID
        let stream: AuditFeedState.Activity
        let lagBytes: Int?
        let completeUntil: Timestamp?
    }

    var stores: [Store] = []
    var feeds: [Feed] = []

    func text(for stream: TextStream) -> String {
        var table = Table("REGION", .number("TENANTS"), .number("ENTRIES"), .number("WAITING"), "ARCHIVED MONTHS")
        for store in stores {
            table.append(
                .init("\(store.region)"),
                .init(store.tenants.grouped),
                .init(store.entries.grouped),
                .init(store.waiting.grouped),
                .init(store.archivedMonths.joined(separator: ", "))
            )
        }
        var streams = Table("SHARD", "STREAM", .number("BYTES BEHIND"), "COMPLETE UNTIL")
        for feed in feeds {
            streams.append(
                .init("\(feed.shard)"),
                .init(feed.stream.rawValue, feed.stream == .stopped ? .bad : .good),
                .init(feed.lagBytes?.grouped ?? "?"),
                .init(feed.completeUntil.map { "\($0)" } ?? "")
            )
        }
        return table.text(for: stream) + "\n" + streams.text(for: stream)
    }
}
