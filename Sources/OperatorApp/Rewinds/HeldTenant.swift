import Directory
import HubModel
import MoveEngine
import Topology

/// A tenant that a restore in its place holds: it may be at work, or was killed.
struct HeldTenant: Sendable {
    let tenant: DirectoryTenant
    let hold: TenantRestoreHold
    let directory: DirectoryStore
    let shard: MoveSide
    let access: RewindAccess

    /// Lets the tenant be served again: as it was at the moment if its rows were exchanged, else as it was. A restore that is
    /// at work can do nothing of it any more. Done again, it changes nothing.
    ///
    /// - Throws: one sentence for the operator, which says what to type.
    func settle() async throws -> RewindOutcome {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                let engine = access.engine(hold.restore, attempt: 2, of: tenant.id, from: shard, to: shard)
                let outcome = try await engine.endRewind(at: hold.epoch)
                let name: String? = if case .restored(let name) = outcome { name } else { nil }
                try await directory.release(hold, of: tenant.id, restoredAs: name)
                // What is left of it costs room only, and goes with the next restore.
                try? await engine.removeStage()
                return outcome
            } catch {
                guard ContinuousClock.now < deadline, (error as? MoveError)?.code != .notHeld else {
                    throw OperatorError(
                        .failed,
                        "\(OperatorError(explaining: error)?.message ?? "\(error)"); \(tenant.subdomain) is still held: 'hubctl tenants restore \(tenant.subdomain) --settle' lets it be served again",
                        underlying: error
                    )
                }
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}

/// What became of a restore that was cut off.
struct SettlementReport: Report {
    let tenant: TenantID
    let subdomain: Subdomain
    /// Whether the tenant is as it was at the moment.
    let isRestored: Bool
    let restoredTo: String

    func text(for stream: TextStream) -> String {
        isRestored
            ? "\(subdomain) is as it was at \(restoredTo), and is served again.\n"
            : "\(subdomain) is as it was before the restore to \(restoredTo) began, and is served again.\n"
    }
}
