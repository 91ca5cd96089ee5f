import Logging
import Observability
import ServiceLifecycle
import UnixSignals

/// Reads the topology again at each SIGHUP: the limits hold from then on, and no connection notices.
///
/// What is wrong in the file is logged, and everything stays as it was. What a process cannot change is named: it holds
/// for the next process, which may take over (`--take-over`).
struct SettingsReload: Service {
    /// What the process began with.
    let running: RouterConfiguration
    let read: @Sendable () throws -> RouterConfiguration
    let changes: Board<ProxySettings>
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { reload() }
    }

    // MARK: - Private

    private func reload() {
        do {
            let next = try read()
            changes.publish(next.settings)
            let fixed = running.fixedKeys(changedBy: next)
            guard fixed.isEmpty else {
                return logger.warning(
                    "limits read again; other keys need a new process",
                    metadata: .fields([.keys: "\(fixed.joined(separator: ", "))"])
                )
            }
            logger.notice("limits read again")
        } catch {
            logger.error(
                "the topology was not read again; everything stays as it was",
                metadata: .fields([.error: "\(RouterFailure(error))"])
            )
        }
    }
}
