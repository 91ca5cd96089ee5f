import HubModel
import Logging
import Observability
import ServiceLifecycle
import ShardStore
import Synchronization

/// Keeps the event logs short of the tenants that are written to here.
///
/// Nobody's change waits for it: the tenants are noted, and their old events removed later, each in its own context. What
/// a stopped process had noted is noted again by the next change, so a log never grows beyond what is written between.
final class EventPruning: Service {
    static let interval = Duration.seconds(600)

    private let store: ShardStore
    private let logger: Logger
    private let written = Mutex<[TenantID: TenantContext]>([:])

    init(store: ShardStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: EventPruning.interval)) != nil { await self.prune() }
        }
    }

    /// That the tenant's log has grown.
    func note(_ context: TenantContext) {
        written.withLock { $0[context.tenant] = context }
    }

    // MARK: - Private

    private func prune() async {
        let noted = written.withLock { tenants in
            defer { tenants = [:] }
            return tenants
        }
        for context in noted.values where !Task.isCancelled {
            do {
                // What is younger than the retention goes another time.
                if try await store.pruneEvents(context) > 0 {
                    written.withLock { tenants in
                        if tenants[context.tenant] == nil { tenants[context.tenant] = context }
                    }
                }
            } catch  where error.code == .notOwner {
                continue
            } catch {
                note(context)
                logger.warning(
                    "old events cannot be removed",
                    metadata: .fields([.tenant: "\(context.tenant)", .error: "\(error)"])
                )
                return
            }
        }
    }
}
