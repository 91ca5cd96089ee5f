import NIOCore
import NIOPosix
import Placement
import ServiceLifecycle

/// Asks every backend for `/health` again and again.
///
/// That says whether the process lives and answers, not whether its database does: a backend without its database
/// answers 503 by itself, quickly and with the better explanation.
struct HealthProber: Service {
    let registry: BackendHealthRegistry
    let group: any EventLoopGroup
    /// Between two rounds.
    let interval: Duration
    /// How long a backend may take to answer.
    let timeout: Duration

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await probeAll()
                try? await Task.sleep(for: interval)
            }
        }
    }

    // MARK: - Private

    private func probeAll() async {
        await withDiscardingTaskGroup { tasks in
            for health in registry.all {
                tasks.addTask { await probe(health) }
            }
        }
    }

    private func probe(_ health: BackendHealth) async {
        let probe = HealthProbe(address: health.address, group: group, timeout: timeout)
        do throws(HealthProbe.Failure) {
            try await probe.run()
            health.probeSucceeded()
        } catch {
            switch error {
            case .notConnected: health.probeFailed(.unreachable)
            case .noAnswer, .unhealthy: health.probeFailed(.broken)
            }
        }
    }
}
