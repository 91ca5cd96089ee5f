import BenchmarkReport
import FoundationEssentials
import Glibc
import HubTesting
import HubWire
import MoveLoad
import Postgres
import Synchronization
import WebClients

/// The primary of a shard with two replicas is killed while people read and write, and one replica is promoted, as an operator
/// would; the writers keep a ledger.
struct FailoverTrial {
    private let home: String
    private let port: Int
    private let command: String

    private static let writers = 4
    private static let readers = 4

    private struct Moments {
        /// When each acknowledged write was answered, and its title.
        var writes: [(at: ContinuousClock.Instant, title: String)] = []
        var reads: [ContinuousClock.Instant] = []
        var refused = 0
    }

    /// What all clients write down.
    private final class Record: Sendable {
        let moments = Mutex(Moments())
        let isOver = Atomic(false)
    }

    init(_ environment: [String: String]) throws {
        (home, port) = try GrowBenchmark.deployment(environment)
        command = environment["HUBCTL"] ?? ""
    }

    /// - Returns: whether every acknowledged write is there.
    func report() async throws -> Bool {
        let demo = try await GrowBenchmark.administrator(of: "demo", port)
        let project = try await GrowBenchmark.project(of: demo, tasks: 0)
        try await LocalShards.with("us-1", of: home, port) { pool in
            for text in ["ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'", "SELECT pg_reload_conf()"] {
                var query = PostgresQuery(unsafeSQL: text)
                query.isPrepared = false
                _ = try await pool.query(query)
            }
        }
        let (moments, killed, promoted) = try await trial(demo, project)
        let writes = moments.writes.map(\.at).sorted()
        let firstWrite = writes.first { $0 > promoted } ?? .now
        let lost = try await lost(moments.writes.map(\.title), demo, project)
        var table = Report(columns: ["what", "s"])
        table.add(
            "from the kill to the end of hubctl shards failover",
            (promoted - killed).seconds.formatted(digits: 2)
        )
        table.add(
            "from there to the first write that was acknowledged",
            max(0, (firstWrite - promoted).seconds).formatted(digits: 2)
        )
        table.add("longest time without an acknowledged write", FailoverTrial.longestGap(writes).formatted(digits: 2))
        table.add(
            "longest time without an answered read",
            FailoverTrial.longestGap(moments.reads.sorted()).formatted(digits: 2)
        )
        table.print(
            title:
                "The primary of us-1 is killed under \(FailoverTrial.writers) writers and \(FailoverTrial.readers) readers; ANY 1 of two replicas confirms each commit"
        )
        print(
            "\n  \(writes.count) writes acknowledged, \(moments.refused) requests refused or cut off meanwhile, \(lost) acknowledged writes lost"
        )
        return lost == 0
    }

    // MARK: - Private

    private func trial(
        _ demo: WebClient,
        _ project: String
    ) async throws -> (Moments, killed: ContinuousClock.Instant, promoted: ContinuousClock.Instant) {
        let record = Record()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<FailoverTrial.writers {
                group.addTask {
                    var number = 0
                    while !record.isOver.load(ordering: .relaxed) {
                        number += 1
                        let title = "\(writer)-\(number)"
                        let answer = try? await demo.post("/api/projects/\(project)/tasks", ["title": title])
                        record.moments.withLock {
                            if answer?.status == 201 { $0.writes.append((.now, title)) } else { $0.refused += 1 }
                        }
                        if answer?.status != 201 { try await Task.sleep(for: .milliseconds(20)) }
                    }
                }
            }
            for _ in 0..<FailoverTrial.readers {
                group.addTask {
                    while !record.isOver.load(ordering: .relaxed) {
                        let answer = try? await demo.get("/api/audit-logs?limit=5")
                        record.moments.withLock {
                            if answer?.status == 200 { $0.reads.append(.now) } else { $0.refused += 1 }
                        }
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
            try await Task.sleep(for: .seconds(5))
            _ = FileManager.default.createFile(atPath: "\(home)/run/postgres-us-1.hold", contents: nil)
            kill(try GrowBenchmark.process("postgres-us-1", home), SIGKILL)
            let killed = ContinuousClock.now
            _ = try await ChildProcess.runAside([command, "shards", "failover", "us-1", "--yes"])
            let promoted = ContinuousClock.now
            try await Task.sleep(for: .seconds(5))
            record.isOver.store(true, ordering: .relaxed)
            try await group.waitForAll()
            return (record.moments.withLock { $0 }, killed, promoted)
        }
    }

    /// How many of the titles are in no task.
    private func lost(_ titles: [String], _ demo: WebClient, _ project: String) async throws -> Int {
        var found: Set<String> = []
        var offset = 0
        while true {
            let path = "/api/projects/\(project)/tasks?limit=100&offset=\(offset)"
            let page = try await demo.get(path).decode(Page<TaskView>.self)
            found.formUnion(page.items.map(\.title))
            offset += page.items.count
            if page.items.isEmpty { return titles.count { !found.contains($0) } }
        }
    }

    private static func longestGap(_ moments: [ContinuousClock.Instant]) -> Double {
        zip(moments, moments.dropFirst()).map { ($1 - $0).seconds }.max() ?? .nan
    }
}
