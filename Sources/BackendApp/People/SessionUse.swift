import HubModel
import HubWeb
import Logging
import Observability
import ServiceLifecycle
import ShardStore
import Synchronization

/// Notes when sessions were last used, for the people whose they are.
///
/// Nobody's request waits for it: what was used is kept here, and written now and then, a transaction a tenant. What a
/// stopped process had not written yet is lost: the moment is told as one that may be some minutes behind.
final class SessionUse: Service {
    private struct Uses {
        let context: TenantContext
        var moments: [SessionID: Timestamp]
    }

    private let store: ShardStore
    private let interval: Duration
    private let logger: Logger
    private let now: WallClock
    private let uses = Mutex<[TenantID: Uses]>([:])

    init(store: ShardStore, interval: Duration, logger: Logger, now: @escaping WallClock) {
        self.store = store
        self.interval = interval
        self.logger = logger
        self.now = now
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: self.interval)) != nil { await self.write() }
        }
    }

    /// That the session is used now.
    func note(_ session: SessionID, in context: TenantContext) {
        let moment = now()
        uses.withLock { $0[context.tenant, default: Uses(context: context, moments: [:])].moments[session] = moment }
    }

    // MARK: - Private

    /// Writes what was noted since the last time.
    private func write() async {
        let noted = uses.withLock { uses in
            defer { uses = [:] }
            return uses
        }
        for (tenant, uses) in noted where !Task.isCancelled {
            do {
                try await store.writeOnce(uses.context) { transaction throws(ShardError) in
                    try await transaction.sessions.noteUse(uses.moments)
                }
            } catch  where error.code == .notOwner {
                continue
            } catch {
                logger.warning(
                    "the use of sessions cannot be noted",
                    metadata: .fields([.tenant: "\(tenant)", .error: "\(error)"])
                )
                return
            }
        }
    }
}
