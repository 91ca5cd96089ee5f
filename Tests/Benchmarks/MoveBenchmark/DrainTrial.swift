import BenchmarkReport
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad

/// A shard of many small tenants is emptied by the operators' command while people of some of them work.
struct DrainTrial {
    let hub: LocalHub
    let tenants: Int

    /// How many tenants have somebody who writes and two who read, five times a second each.
    private static let working = 10

    /// - Returns: whether every tenant was moved, no request failed and every ledger balances.
    func report() async throws -> Bool {
        print("\nLoading \(tenants) tenants …")
        try await hub.load(tenants: tenants, projects: 3, tasks: 10)
        let all = try await hub.tenants(of: "us-1")
        var crowds: [Crowd] = []
        for tenant in all.prefix(DrainTrial.working) {
            crowds.append(
                Crowd(
                    tenant: try await hub.people(of: tenant),
                    known: try await hub.known(of: tenant.id, on: "us-1"),
                    writers: 1,
                    readers: 2,
                    period: .milliseconds(200)
                )
            )
        }
        let (drained, seconds) = try await drain(crowds)
        let moved = drained.filter { $0.outcome == "moved" }
        let left = try await hub.tenants(of: "us-1").count
        let pauses = moved.compactMap(\.pauseMilliseconds)
        var report = Report(columns: [
            "tenants", "moved", "left", "seconds", "tenants a minute", "pause p50 ms", "p95", "worst",
        ])
        report.add(
            String(all.count),
            String(moved.count),
            String(left),
            seconds.formatted(digits: 0),
            (Double(moved.count) / seconds * 60).formatted(digits: 0),
            pauses.median.formatted(digits: 0),
            pauses.percentile(0.95).formatted(digits: 0),
            (pauses.max() ?? .nan).formatted(digits: 0)
        )
        report.print(title: "hubctl shards drain us-1 --to eu, two tenants at a time")
        for item in drained where item.outcome != "moved" { print("  \(item.subdomain): \(item.reason ?? "-")") }
        return try await judge(crowds) && moved.count == all.count && left == 0
    }

    // MARK: - Private

    /// What the command says of a tenant.
    private struct Item: Decodable {
        let subdomain: String
        let outcome: String
        var reason: String?
        var pauseMilliseconds: Double?
    }

    private func drain(_ crowds: [Crowd]) async throws -> ([Item], Double) {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for crowd in crowds { crowd.join(&group) }
            defer { for crowd in crowds { crowd.traffic.end() } }
            let start = ContinuousClock.now
            let output = try await hub.hubctl("shards", "drain", "us-1", "--to", "eu", "--yes", "--format", "json")
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            return (try items(output), seconds)
        }
    }

    /// The report is the one value that takes several lines; progress comes before it, a line each.
    private func items(_ output: String) throws -> [Item] {
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        let report = lines.drop { $0 != "{" }.joined(separator: "\n")
        do {
            return try JSONDecoder().decode(DrainReport.self, from: Data(report.utf8)).items
        } catch {
            throw ChildFailure("hubctl said: \(output.suffix(500))")
        }
    }

    private struct DrainReport: Decodable {
        let items: [Item]
    }

    private func judge(_ crowds: [Crowd]) async throws -> Bool {
        var answers = 0
        var failures = 0
        var times: [Double] = []
        var violations: [LedgerViolation] = []
        for crowd in crowds {
            let told = crowd.traffic.report
            answers += told.answers
            failures += told.failures.values.reduce(0, +)
            times += told.times.map { $0.elapsed / .milliseconds(1) }
            violations += try await hub.violations(of: crowd.tenant, crowd.traffic, except: crowd.known)
            for line in told.samples.prefix(2) { print("  \(crowd.tenant.subdomain): \(line)") }
        }
        for violation in violations.prefix(5) { print("  \(violation)") }
        var report = Report(
            columns: [
                "tenants that work", "answers", "p50 ms", "p99 ms", "longest ms", "failed requests",
                "ledger differences",
            ]
        )
        report.add(
            String(crowds.count),
            Double(answers).formatted(digits: 0),
            times.median.formatted(digits: 1),
            times.percentile(0.99).formatted(digits: 1),
            (times.max() ?? .nan).formatted(digits: 0),
            String(failures),
            String(violations.count)
        )
        report.print(title: "Those who worked meanwhile (goal: 0 failed and 0 differences)")
        return failures == 0 && violations.isEmpty
    }
}
