import Logging
import Observability
import RouterTLS
import ServiceLifecycle
import Topology
import UnixSignals

/// Reads the topology and the certificates again at each SIGHUP: limits hold from then on, certificates from the next
/// handshake on, and no connection notices.
///
/// What is wrong in either is logged, and what it was read for stays as it was. What a process cannot change is named: it holds
/// for the next process, which may take over (`--take-over`).
struct SettingsReload: Service {
    /// What the process began with.
    let running: RouterConfiguration
    let read: @Sendable () throws -> RouterConfiguration
    let changes: Board<ProxySettings>
    /// Nil without TLS.
    let certificates: CertificateStore?
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            reload()
            reloadCertificates()
        }
    }

    // MARK: - Private

    private func reload() {
        do {
            let next = try read()
            var settings = next.settings
            // Nobody is sent to where this process does not listen.
            if next.process.tls?.listen != running.process.tls?.listen { settings.secure = running.settings.secure }
            changes.publish(settings)
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

    private func reloadCertificates() {
        guard let certificates else { return }
        do {
            try certificates.reload()
            logger.notice("certificates read again")
        } catch {
            logger.error(
                "the certificates were not read again; the old ones stay",
                metadata: .fields([.error: "\(error)"])
            )
        }
    }
}
