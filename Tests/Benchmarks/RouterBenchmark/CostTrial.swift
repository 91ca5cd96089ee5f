import BenchmarkReport

/// CPU, rate and latency of each proxy for each workload, in turn, several rounds.
struct CostTrial {
    let place: Workplace
    let rounds: Int
    let seconds: Int

    /// Connections that leave the proxy idle most of the time, for what it adds to a request's time.
    private static let calmConnections = 2

    private struct Sample {
        let cpuMicroseconds: Double
        let perSecond: Double
        let busy: Double
        let p50: Double
        let p99: Double
        let failures: Int
    }

    /// - Returns: whether no request failed.
    func report() async throws -> Bool {
        var proxies: [RunningProxy] = []
        defer { for proxy in proxies { proxy.stop() } }
        for proxy in Proxy.allCases { proxies.append(try await proxy.start(in: place)) }
        var failures = 0
        for workload in Workload.allCases { failures += try await report(workload, proxies) }
        print(
            """

              CPU: user and system time of the proxy's process for each request, under \(Workload.page.connections) connections \
            (\(Workload.large.connections) for
              1 MB and 64 kB). p50, p99: with \(CostTrial.calmConnections) connections, less the origin's own when asked \
            directly. Ratios: the median of the
              rounds' ratios. Nobody writes an access log. Failed requests of all rounds: \(failures).
            """
        )
        return failures == 0
    }

    // MARK: - Private

    private func report(_ workload: Workload, _ proxies: [RunningProxy]) async throws -> Int {
        var samples: [Proxy: [Sample]] = [:]
        let wrk = Wrk(place: place)
        for _ in 0..<rounds {
            let port = place.origin.ports[0]
            let direct = try await wrk.run(
                workload,
                port: port,
                connections: CostTrial.calmConnections,
                seconds: max(1, seconds / 2)
            )
            for running in proxies {
                samples[running.proxy, default: []].append(try await sample(running, workload, direct, wrk))
            }
        }
        var report = Report(columns: [
            workload.name, "CPU µs", "× cheaper peer", "requests/s", "core busy", "added p50 µs", "added p99 µs",
            "failed",
        ])
        let ratios = (0..<rounds).map { round in
            let cheaper = Proxy.peers.compactMap { samples[$0]?[round].cpuMicroseconds }.min() ?? .nan
            return { (proxy: Proxy) in (samples[proxy]?[round].cpuMicroseconds ?? .nan) / cheaper }
        }
        for proxy in Proxy.allCases {
            let taken = samples[proxy] ?? []
            report.add(
                proxy.name,
                taken.map(\.cpuMicroseconds).median.formatted(digits: 1),
                ratios.map { $0(proxy) }.median.formatted(digits: 2),
                taken.map(\.perSecond).median.formatted(digits: 0),
                (taken.map(\.busy).median * 100).formatted(digits: 0) + " %",
                taken.map(\.p50).median.formatted(digits: 0),
                taken.map(\.p99).median.formatted(digits: 0),
                String(taken.reduce(0) { $0 + $1.failures })
            )
        }
        report.print(
            title: """
                \(workload.name) of \(place.tenants.count.described) tenants, rounds of \(seconds) s, medians of \(rounds)
                """
        )
        return samples.values.joined().reduce(0) { $0 + $1.failures }
    }

    private func sample(
        _ running: RunningProxy,
        _ workload: Workload,
        _ direct: Wrk.Result,
        _ wrk: Wrk
    ) async throws -> Sample {
        let warming = try await wrk.run(
            workload,
            port: running.port,
            connections: workload.connections,
            seconds: 1
        )
        let before = try running.cpuSeconds()
        let busy = try await wrk.run(
            workload,
            port: running.port,
            connections: workload.connections,
            seconds: seconds
        )
        let cpu = try running.cpuSeconds() - before
        guard busy.requests > 0 else { throw BenchmarkFailure("\(running.proxy.name) answers nothing any more") }
        let calm = try await wrk.run(
            workload,
            port: running.port,
            connections: CostTrial.calmConnections,
            seconds: max(1, seconds / 2)
        )
        return Sample(
            cpuMicroseconds: cpu * 1_000_000 / Double(busy.requests),
            perSecond: busy.perSecond,
            busy: cpu / busy.seconds,
            p50: calm.p50 - direct.p50,
            p99: calm.p99 - direct.p99,
            failures: warming.failures + busy.failures + calm.failures
        )
    }
}

extension Int {
    /// With commas between thousands.
    var described: String { Double(self).formatted(digits: 0) }
}
