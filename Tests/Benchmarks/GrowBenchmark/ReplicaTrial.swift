import BenchmarkReport
import FoundationEssentials
import HubTesting
import HubWire
import MoveLoad
import Postgres
import Synchronization
import WebClients

/// People of a shard with two replicas read what no cache answers, beside writers of their own tenant and of another.
struct ReplicaTrial {
    private let home: String
    private let port: Int
    private let seconds: Int

    private static let readers = 8

    init(_ environment: [String: String], seconds: Int) throws {
        (home, port) = try GrowBenchmark.deployment(environment)
        self.seconds = seconds
    }

    /// - Returns: whether every request was answered.
    func report() async throws -> Bool {
        let demo = try await GrowBenchmark.administrator(of: "demo", port)
        let project = try await GrowBenchmark.project(of: demo, tasks: 200)
        var table = Report(columns: [
            "people read, and", "reads/s", "p50 ms", "p99 ms", "at replicas", "behind", "no replica", "writes/s",
        ])
        var failed = 0
        for (name, own) in [
            ("nobody writes", nil), ("their tenant writes, 20/s", true), ("another tenant writes, 20/s", false),
        ] as [(String, Bool?)] {
            let writer = own == nil ? nil : own == true ? demo : try await otherTenant()
            var target: String?
            if let writer { target = try await GrowBenchmark.project(of: writer, tasks: 0) }
            let before = try await counts()
            let run = try await load(demo, "/api/projects/\(project)/tasks?limit=50", writer, target)
            let after = try await counts()
            let (served, behind, passed) = (
                after.served - before.served, after.behind - before.behind, after.passed - before.passed
            )
            failed += run.failures
            let all = max(1, served + behind + passed)
            table.add(
                name,
                (Double(run.reads.count) / Double(seconds)).formatted(digits: 0),
                run.reads.median.formatted(digits: 1),
                run.reads.percentile(0.99).formatted(digits: 1),
                (100 * served / all).formatted(digits: 1) + " %",
                (100 * behind / all).formatted(digits: 1) + " %",
                (100 * passed / all).formatted(digits: 1) + " %",
                (Double(run.writes) / Double(seconds)).formatted(digits: 0)
            )
        }
        table.print(
            title: "\(ReplicaTrial.readers) people read 50 of 200 tasks, \(seconds) s each; two backends, two replicas"
        )
        try await reportCheck()
        if failed > 0 { print("\n  \(failed) REQUESTS FAILED.") }
        return failed == 0
    }

    // MARK: - Private

    private struct Counts {
        var served = 0.0
        var behind = 0.0
        var passed = 0.0
    }

    private struct Run {
        var reads: [Double] = []
        var writes = 0
        var failures = 0
    }

    /// A tenant of the same shard, signed up for this.
    private func otherTenant() async throws -> WebClient {
        let name = "grow-\(UInt32.random(in: 0...99_999))"
        let answer = try await WebClient.router(port, nil).post(
            "/api/auth/register-tenant",
            [
                "tenantName": name, "subdomain": name, "region": "us", "adminEmail": "admin@\(name).com",
                "adminPassword": "Demo@12345", "adminFullName": "Grow",
            ]
        )
        guard answer.status == 201 else { throw ChildFailure("sign-up: \(answer.status) \(answer.text)") }
        let client = WebClient.router(port, name)
        try await waitFor("the router to know \(name)") { try await client.get("/health").status == 200 }
        return try await GrowBenchmark.signedIn(client, "admin@\(name).com", "Demo@12345")
    }

    private func load(_ reader: WebClient, _ path: String, _ writer: WebClient?, _ project: String?) async throws -> Run
    {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: Run.self) { group in
            for _ in 0..<ReplicaTrial.readers {
                group.addTask {
                    var run = Run()
                    while ContinuousClock.now < end {
                        let answer = try await reader.get(path)
                        if answer.status == 200 {
                            run.reads.append(answer.elapsed.seconds * 1000)
                        } else {
                            run.failures += 1
                        }
                    }
                    return run
                }
            }
            if let writer, let project {
                group.addTask {
                    var run = Run()
                    var next = ContinuousClock.now
                    while next < end {
                        let answer = try await writer.post("/api/projects/\(project)/tasks", ["title": "Grow"])
                        if answer.status == 201 { run.writes += 1 } else { run.failures += 1 }
                        next += .milliseconds(50)
                        try await Task.sleep(until: next)
                    }
                    return run
                }
            }
            return try await group.reduce(into: Run()) { all, run in
                all.reads += run.reads
                all.writes += run.writes
                all.failures += run.failures
            }
        }
    }

    /// What both backends of us-1 have read where.
    private func counts() async throws -> Counts {
        var counts = Counts()
        for admin in [port + 22, port + 23] {
            for line in try await WebClient(port: admin).get("/metrics").text.split(separator: "\n") {
                let value = line.split(separator: " ").last.flatMap { Double($0) } ?? 0
                if line.hasPrefix(#"hub_replica_reads{outcome="served""#) { counts.served += value }
                if line.hasPrefix(#"hub_replica_reads{outcome="behind""#) { counts.behind += value }
                if line.hasPrefix("hub_replica_passed ") { counts.passed += value }
            }
        }
        return counts
    }

    /// What it adds to a transaction at a replica that the replica says how far it is.
    private func reportCheck() async throws {
        let configuration = try GrowBenchmark.administration("us-1", home, port: port + 31)
        let condition = PostgresCondition("SELECT timeline, replayed FROM hub_replica_position()") { rows in
            !rows.isEmpty
        }
        let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)
        let times = try await PostgresPool.withPool(configuration) { pool in
            var times: [[Double]] = [[], []]
            for round in 0..<4000 {
                let start = ContinuousClock.now
                _ = try await pool.withTransaction(options, provided: round % 2 == 0 ? nil : condition) {
                    try await $0.finish(with: ["SELECT count(*) FROM projects"])
                }
                if round >= 400 { times[round % 2].append((ContinuousClock.now - start).seconds * 1_000_000) }
            }
            return times
        }
        print(
            """

              A transaction of one query at a replica takes \(times[0].median.formatted(digits: 0)) µs, and \
            \(times[1].median.formatted(digits: 0)) µs with the check of its position: \
            \((times[1].median - times[0].median).formatted(digits: 0)) µs more (medians of \(times[0].count)).
            """
        )
    }
}
