import FoundationEssentials
import HubTesting

/// The operator's switch of shard us-1's cache.
///
/// An emptied cache is one that was off for a moment: what the new opening reads has names of its own.
struct CacheSwitch: Sendable {
    private static let patience = Duration.seconds(30)

    let hub: Hub

    /// Reads and writes go straight to PostgreSQL from here on, through every backend.
    func turnOff() async throws {
        _ = try hub.inShard(
            """
            UPDATE cache_gate SET isHeld = true;
            UPDATE cache_gate SET mode = 'closing', serverRun = NULL, nonce = NULL, reason = 'a benchmark',
                   closedAt = clock_timestamp()
            WHERE mode = 'on'
            """
        )
        try await wait(until: "off") { mode, gauges in mode == "off" && gauges.allSatisfy { $0.isOpen == 0 } }
    }

    /// The cache is used from here on, by every backend, and there is nothing in it.
    func turnOn() async throws {
        _ = try hub.inShard("UPDATE cache_gate SET isHeld = false, reopenAfter = '0 seconds'")
        try await wait(until: "on") { mode, gauges in mode == "on" && gauges.allSatisfy { $0.isOpen == 1 } }
    }

    func empty() async throws {
        try await turnOff()
        try await turnOn()
    }

    /// Has the operators' command read every tenant through the cache.
    ///
    /// - Returns: what it printed.
    func warm() async throws -> String {
        guard let hubctl = ProcessInfo.processInfo.environment["HUBCTL"] else {
            throw BenchmarkFailure("HUBCTL must name the operators' command; use compose/bench cache")
        }
        return try await ChildProcess.runAside([hubctl, "cache", "warm", "--shard", "us-1"])
    }

    // MARK: - Private

    private func wait(until name: String, _ condition: (String, [CacheGauges]) -> Bool) async throws {
        let deadline = ContinuousClock.now + CacheSwitch.patience
        while true {
            let mode = try hub.inShard("SELECT mode FROM cache_gate")
            if condition(mode, try await CacheGauges.now(of: hub)) { return }
            guard ContinuousClock.now < deadline else {
                throw BenchmarkFailure("the cache is still \(mode), not \(name), after \(CacheSwitch.patience)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
