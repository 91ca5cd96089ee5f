import HubWeb
import Logging
import Observability
import ServiceLifecycle
import ShardStore

/// Makes the audit trail's partitions of the coming months, at start and then several times a day.
struct AuditPartitions: Service {
    let gate: SchemaGate
    let store: ShardStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isDone = await self.prepare()
                try? await Task.sleep(for: isDone ? .seconds(6 * 3600) : .seconds(5))
            }
        }
    }

    // MARK: - Private

    private func prepare() async -> Bool {
        guard gate.isOpen else { return false }
        do {
            let made = try await store.prepareAuditPartitions()
            if made > 0 { logger.info("audit partitions made", metadata: ["count": "\(made)"]) }
            return true
        } catch {
            logger.warning("audit partitions cannot be made", metadata: .fields([.error: "\(error)"]))
            return false
        }
    }
}
