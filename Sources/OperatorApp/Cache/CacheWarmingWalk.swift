import HubModel
import HubWire
import NIOHTTP1
import Topology

/// A walk over the tenants of a selection, by one call of hub-control after the other, that can be left and gone on with.
struct CacheWarmingWalk: Sendable {
    let selection: WarmCacheRequest.Selection
    let concurrency: Int
    let isDryRun: Bool
    /// How many tenants a call is about.
    let batch: Int
    let client: ControlClient
    let context: CommandContext

    /// Goes on until there are no more tenants, somebody wants it to stop, or a call fails.
    ///
    /// - Parameter cursor: the last tenant of the walk so far; nil begins it.
    /// - Returns: what was done, and why not everything was.
    func run(from cursor: TenantID?) async -> (report: CacheWarmingReport, failure: (any Error)?) {
        var report = CacheWarmingReport(dryRun: isDryRun, next: cursor)
        do {
            // Changes nothing, and says how much there is to do.
            let first = try await call(after: cursor, isDryRun: true, limit: 1)
            let progress = reporter(total: first.tenants + first.remaining)
            defer { progress.finish() }
            repeat {
                report.add(try await call(after: report.next, isDryRun: isDryRun, limit: batch))
                progress.advance(to: report.tenants)
            } while report.next != nil && !context.interruption.isRequested
        } catch {
            return (report, explained(error, at: report.next))
        }
        guard let next = report.next else { return (report, nil) }
        return (report, OperatorError(.failed, "interrupted; to go on: \(command(resumingAt: next))"))
    }

    // MARK: - Private

    private func call(after cursor: TenantID?, isDryRun: Bool, limit: Int) async throws -> WarmCacheAnswer {
        try await client.send(
            .POST,
            "/api/cache/warm",
            body: WarmCacheRequest(
                selection,
                concurrency: concurrency,
                dryRun: isDryRun,
                after: cursor,
                limit: limit
            )
        )
    }

    private func reporter(total: Int) -> ProgressReporter {
        ProgressReporter(
            activity: isDryRun ? "counting" : "warming",
            unit: "tenants",
            total: total,
            console: context.console,
            format: context.options.format
        )
    }

    private func explained(_ error: any Error, at cursor: TenantID?) -> any Error {
        guard let cursor, let failure = OperatorError(explaining: error) else { return error }
        return OperatorError(
            failure.status,
            "\(failure.message); to go on: \(command(resumingAt: cursor))",
            underlying: failure
        )
    }

    private func command(resumingAt cursor: TenantID) -> String {
        var words = ["hubctl cache warm"]
        switch selection {
        case .tenant(let tenant): words.append("--tenant \(tenant)")
        case .shard(let shard): words.append("--shard \(shard)")
        case .all: words.append("--all")
        }
        words.append("--concurrency \(concurrency) --batch \(batch)")
        if isDryRun { words.append("--dry-run") }
        words.append("--resume \(cursor)")
        return words.joined(separator: " ")
    }
}
