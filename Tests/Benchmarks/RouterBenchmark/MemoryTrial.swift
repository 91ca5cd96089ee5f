import BenchmarkReport
import Glibc

/// What connections cost that do nothing, and what slow ones do to others.
struct MemoryTrial {
    let place: Workplace
    let connections: Int

    private static let seconds = 4

    /// - Returns: whether no request failed.
    func report() async throws -> Bool {
        var idle = Report(columns: [
            "idle keep-alive connections", "before MB", "after MB", "kB each", "× cheaper peer",
        ])
        var rows: [(proxy: Proxy, before: Int, after: Int)] = []
        for proxy in Proxy.allCases {
            let running = try await proxy.start(in: place)
            defer { running.stop() }
            let before = try running.residentBytes()
            let crowd = try ClientCrowd(count: connections, port: running.port)
            defer { crowd.leave() }
            try crowd.ask(place.tenants)
            rows.append((proxy, before, try running.residentBytes()))
        }
        func each(_ row: (proxy: Proxy, before: Int, after: Int)) -> Double {
            Double(row.after - row.before) / Double(connections) / 1000
        }
        let cheaper = rows.filter { Proxy.peers.contains($0.proxy) }.map(each).min() ?? .nan
        for row in rows {
            idle.add(
                row.proxy.name,
                (Double(row.before) / 1_000_000).formatted(digits: 1),
                (Double(row.after) / 1_000_000).formatted(digits: 1),
                each(row).formatted(digits: 2),
                (each(row) / cheaper).formatted(digits: 2)
            )
        }
        idle.print(
            title: """
                Memory of \(connections.described) connections that asked once and stay; resident, of the process: what the \
                kernel keeps for a socket is not in it
                """
        )
        return try await reportSlow() == 0
    }

    // MARK: - Private

    /// Connections that have sent half a request each, beside a client that behaves.
    private func reportSlow() async throws -> Int {
        var slow = Report(columns: [
            "half requests", "p50 µs without", "with", "p99 µs without", "with", "×", "MB without", "with", "failed",
        ])
        var failures = 0
        let wrk = Wrk(place: place)
        for proxy in Proxy.allCases {
            let running = try await proxy.start(in: place)
            defer { running.stop() }
            func load() async throws -> Wrk.Result {
                try await wrk.run(.page, port: running.port, connections: 8, seconds: MemoryTrial.seconds)
            }
            let without = try await load()
            let before = try running.residentBytes()
            let crowd = try ClientCrowd(count: connections, port: running.port)
            defer { crowd.leave() }
            try crowd.begin(place.tenants)
            let with = try await load()
            let after = try running.residentBytes()
            failures += without.failures + with.failures
            slow.add(
                proxy.name,
                without.p50.formatted(digits: 0),
                with.p50.formatted(digits: 0),
                without.p99.formatted(digits: 0),
                with.p99.formatted(digits: 0),
                (with.p99 / without.p99).formatted(digits: 2),
                (Double(before) / 1_000_000).formatted(digits: 1),
                (Double(after) / 1_000_000).formatted(digits: 1),
                String(without.failures + with.failures)
            )
        }
        slow.print(
            title: """
                1.5 kB answers on 8 connections, \(MemoryTrial.seconds) s, without and with \(connections.described) others that \
                each sent half a request (goal: p99 within 2 ×)
                """
        )
        return failures
    }
}
