import AppFixtures
import HubTesting

extension CacheTrial {
    /// Waits until so many more requests have been answered.
    func requests(_ count: Int) async throws {
        let goal = chronicle.requests + count
        try await waitFor("\(count) requests to be answered", within: .seconds(60)) { chronicle.requests >= goal }
    }

    /// Waits until the cache is open for both backends and answers requests of each again; a hub without a cache is live
    /// when it answers.
    func waitUntilLive() async throws {
        for backend in backends {
            guard let before = try await hits(backend) else { continue }
            try await waitFor("hits by \(backend.name)", within: .seconds(60)) {
                try await hits(backend).map { $0 > before } ?? false
            }
        }
        if let mode = try await gateMode() { try await waitForGate("on", now: mode) }
    }

    /// Waits until the cache is in use no more; a hub without a cache is there already.
    func waitUntilClosed() async throws {
        guard try await gateMode() != nil else { return }
        try await waitFor("the gate to be closed", within: .seconds(30)) { try await gateMode() != "on" }
    }

    /// The mode of the gate; nil when there is no cache.
    func gateMode() async throws -> String? {
        try await ChildProcess.aside { [databases] in
            let table = "to_regclass('cache_gate')"
            guard try databases.inShard("SELECT \(table) IS NOT NULL").first == "t" else { return nil }
            return try databases.inShard("SELECT mode FROM cache_gate").first
        }
    }

    // MARK: - Private

    private func waitForGate(_ mode: String, now: String) async throws {
        guard now != mode else { return }
        try await waitFor("the gate to be \(mode)", within: .seconds(30)) { try await gateMode() == mode }
    }

    private func hits(_ backend: BackendProcess) async throws -> Double? {
        try await backend.metric("hub_cache_reads", #"outcome="hit""#)
    }
}
