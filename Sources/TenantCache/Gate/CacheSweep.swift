import Caching
import ServiceLifecycle

/// Removes what earlier openings of the gate left in Redis; nobody reads it any more.
struct CacheSweep: Service {
    static let interval = Duration.seconds(10)

    let gate: CacheGate
    let server: CacheServer

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var swept: GateEpoch?
            while (try? await Task.sleep(for: CacheSweep.interval)) != nil {
                guard let epoch = gate.pass?.epoch, epoch != swept else { continue }
                if await sweep(epoch) { swept = epoch }
            }
        }
    }

    // MARK: - Private

    /// - Returns: whether nothing is left.
    private func sweep(_ epoch: GateEpoch) async -> Bool {
        var cursor = CacheScan.Cursor.start
        while !Task.isCancelled {
            guard let step = try? await server.sweep(keeping: epoch, from: cursor) else { return false }
            guard let next = step.next else { return true }
            cursor = next
        }
        return false
    }
}
