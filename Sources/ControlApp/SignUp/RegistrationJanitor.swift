import Directory
import HubModel
import HubWeb
import HubWire
import Logging
import Observability
import ServiceLifecycle

/// Undoes sign-ups that were begun and never finished, so that a crash leaves no half-made tenant and no name lost.
///
/// Any number may run: each takes registrations over under a lease, and every step may be repeated.
struct RegistrationJanitor: Service {
    private let gate: SchemaGate
    private let directory: DirectoryStore
    private let shards: ShardClient
    private let timing: SignUpTiming
    private let now: WallClock
    private let logger: Logger

    init(
        gate: SchemaGate,
        directory: DirectoryStore,
        shards: ShardClient,
        timing: SignUpTiming,
        now: @escaping WallClock,
        logger: Logger
    ) {
        self.gate = gate
        self.directory = directory
        self.shards = shards
        self.timing = timing
        self.now = now
        self.logger = logger
    }

    func run() async throws {
        try await PeriodicService(every: timing.janitorInterval) {
            guard gate.isOpen else { return }
            do {
                for registration in try await directory.claimExpiredRegistrations(limit: 20, lease: timing.lease) {
                    await undo(registration)
                }
            } catch {
                logger.warning("expired registrations cannot be read", metadata: .fields([.error: "\(error)"]))
            }
        }.run()
    }

    // MARK: - Private

    /// Erases what there is on the shard, then frees the name; whatever fails is tried again when the lease has run out.
    private func undo(_ registration: TenantRegistration) async {
        do {
            _ = try await shards.erase(
                RoutedTenant(tenant: registration.tenant, epoch: .first),
                from: registration.shard,
                as: ErasureID(registration.id.uuid),
                until: now() + timing.requestValidity,
                requestID: registration.id.description
            )
            try await directory.undoRegistration(registration.id, reason: "not finished within its lease")
            logger.notice(
                "an unfinished registration was undone",
                metadata: .fields([.tenant: "\(registration.tenant)", .shard: "\(registration.shard)"])
            )
        } catch {
            logger.warning(
                "an unfinished registration cannot be undone yet",
                metadata: .fields([
                    .tenant: "\(registration.tenant)", .shard: "\(registration.shard)", .error: "\(error)",
                ])
            )
        }
    }
}
