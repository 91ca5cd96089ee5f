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
        var report = CacheWarmingReport(isDryRun: isDryRun, next: cursor)
        var progress: ProgressReporter?
        defer { progress?.finish() }
        repeat {
            do {
                let answer = try await call(after: report.next)
                report.add(answer)
                progress = progress ?? reporter(total: answer.tenants + answer.remaining)
                progress?.advance(to: report.tenants)
            } catch {
                return (report, explained(error, at: report.next))
            }
            guard let next = report.next else { return (report, nil) }
            if context.interruption.isRequested {
                return (report, OperatorError(.failed, "interrupted; to go on: \(command(resumingAt: next))"))
            }
        } while true
    }

    // MARK: - Private

    private func call(after cursor: TenantID?) async throws -> WarmCacheAnswer {
        try await client.send(
            .POST,
            "/api/cache/warm",
            body: WarmCacheRequest(
                selection,
                concurrency: concurrency,
                dryRun: isDryRun,
                after: cursor,
                limit: batch
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
