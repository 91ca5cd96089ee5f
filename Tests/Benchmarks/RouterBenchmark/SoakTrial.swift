import BenchmarkReport

/// The router under requests back to back: whether its memory stays where it was.
struct SoakTrial {
    let place: Workplace
    let requests: Int

    private static let stretchSeconds = 20

    /// - Returns: whether no request failed.
    func report() async throws -> Bool {
        var report = Report(columns: ["requests", "resident MB", "CPU µs", "failed"])
        let running = try await Proxy.router.start(in: place)
        defer { running.stop() }
        var sent = 0
        var failures = 0
        report.add("0", (Double(try running.residentBytes()) / 1_000_000).formatted(digits: 1), "", "0")
        while sent < requests {
            let before = try running.cpuSeconds()
            let result = try await Wrk(place: place).run(
                .page,
                port: running.port,
                connections: Workload.page.connections,
                seconds: SoakTrial.stretchSeconds
            )
            sent += result.requests
            failures += result.failures
            report.add(
                sent.described,
                (Double(try running.residentBytes()) / 1_000_000).formatted(digits: 1),
                ((try running.cpuSeconds() - before) * 1_000_000 / Double(result.requests)).formatted(digits: 1),
                String(failures)
            )
        }
        report.print(
            title: "1.5 kB answers back to back, \(requests.described) requests or more (goal: memory stays flat)"
        )
        return failures == 0
    }
}
