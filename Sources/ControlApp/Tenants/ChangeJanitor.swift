import Directory
import HubModel
import HubWeb
import HubWire
import Logging
import Observability
import ServiceLifecycle

/// Carries on changes and erasures of tenants that were begun and not finished, so that a crash leaves none half-made.
///
/// Any number may run: each takes changes over under a lease, and every step may be repeated.
struct ChangeJanitor: Service {
    let gate: SchemaGate
    let directory: DirectoryStore
    let administration: TenantAdministration
    let logger: Logger

    func run() async throws {
        try await PeriodicService(every: administration.timing.janitorInterval) {
            guard gate.isOpen else { return }
            do {
                let lease = administration.timing.lease
                for change in try await directory.claimExpiredChanges(limit: 20, lease: lease) {
                    await carryOn(change)
                }
            } catch {
                logger.warning("expired changes of tenants cannot be read", metadata: .fields([.error: "\(error)"]))
            }
        }.run()
    }

    // MARK: - Private

    /// Whatever fails is tried again when the lease has run out.
    private func carryOn(_ change: TenantChange) async {
        let context = OperatorContext(actor: change.operator?.id, clientAddress: change.clientAddress)
        do {
            switch change.kind {
            case .settings: _ = try await administration.carryOn(change, context, requestID: "\(change.id)")
            case .erasure: _ = try await administration.carryOnErasure(change, context, requestID: "\(change.id)")
            }
            logger.notice(
                "an unfinished change of a tenant was finished",
                metadata: .fields([.tenant: "\(change.tenant)", .shard: "\(change.shard)"])
            )
        } catch {
            logger.warning(
                "an unfinished change of a tenant cannot be finished yet",
                metadata: .fields([.tenant: "\(change.tenant)", .shard: "\(change.shard)", .error: "\(error)"])
            )
        }
    }
}
