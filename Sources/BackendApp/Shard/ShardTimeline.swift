import Directory
import FoundationEssentials
import HubModel
import HubWeb
import Logging
import Postgres
import ServiceLifecycle

/// Learns from the directory which of the shard's servers were replaced, so that none of them is written to when it comes
/// back; without the directory, from the last good copy.
struct ShardTimeline: Service {
    let shard: ShardID
    let watch: TimelineWatch
    let directory: DirectoryStore
    /// The last good copy, so that a backend can start without the directory.
    let file: String
    let logger: Logger

    static let interval = Duration.seconds(1)

    func run() async throws {
        try await PeriodicService(every: ShardTimeline.interval) { await refresh() }.run()
    }

    /// Reads the copy, and asks the directory once, for a bounded time.
    ///
    /// To be called before anything is written: a server that was replaced might else be taken for the primary.
    func begin() async {
        if let text = try? String(contentsOfFile: file, encoding: .utf8), let timeline = UInt32(text) {
            watch.note(timeline)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await refresh() }
            group.addTask { try? await Task.sleep(for: .seconds(2)) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: - Private

    private func refresh() async {
        let before = watch.current
        guard let timeline = try? await directory.timeline(of: shard) ?? 0 else { return }
        watch.note(timeline)
        if timeline > before, before > 0 {
            logger.notice(
                "the shard has another primary",
                metadata: ["shard": "\(shard)", "timeline": "\(timeline)"]
            )
        }
        guard timeline > 0, (try? String(contentsOfFile: file, encoding: .utf8)) != "\(timeline)" else { return }
        try? "\(timeline)".write(toFile: file, atomically: true, encoding: .utf8)
    }
}
