import Foundation
import Synchronization
import Testing

/// Clients that read and write without pause while something else happens, and what they were answered.
final class Load: Sendable {
    struct Report: Sendable {
        var answers = 0
        /// Each answer that was no success, and each request that got none.
        var failures: [String] = []
        /// Writes whose backend died before it answered: 502, since nobody knows whether they were carried out.
        var doubtful = 0
        var slowest = Duration.zero
    }

    private let report = Mutex(Report())
    private let stopped = Mutex(false)

    /// Runs readers of the project list and a writer of tasks for as long as the body runs, and reports on them.
    static func during(_ clients: [HubClient], readersEach: Int = 2, _ body: () async throws -> Void) async throws
        -> Report
    {
        let load = Load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in clients {
                let project = try #require(try await client.get("/api/projects").items.first?["id"] as? String)
                group.addTask { await load.repeating(client) { try await $0.createTask(in: project) } }
                for _ in 0..<readersEach {
                    group.addTask { await load.repeating(client) { try await $0.get("/api/projects") } }
                }
            }
            defer { load.stopped.withLock { $0 = true } }
            try await load.waitForFirstAnswers(clients.count * (readersEach + 1))
            try await body()
        }
        return load.report.withLock { $0 }
    }

    // MARK: - Private

    private func waitForFirstAnswers(_ count: Int) async throws {
        try await eventually("the load is running") { self.report.withLock { $0.answers + $0.failures.count } >= count }
    }

    private func repeating(
        _ client: HubClient,
        _ request: (HubClient) async throws -> HubClient.Answer
    ) async {
        while !stopped.withLock({ $0 }) {
            do {
                let answer = try await request(client)
                report.withLock {
                    $0.answers += 1
                    $0.slowest = max($0.slowest, answer.elapsed)
                    if answer.status == 502 {
                        $0.doubtful += 1
                    } else if !(200..<300).contains(answer.status) {
                        $0.failures.append("\(client.host): \(answer.status) \(answer.text.prefix(200))")
                    }
                }
            } catch {
                report.withLock { $0.failures.append("\(client.host): \(error)") }
            }
        }
    }
}

/// Tries a condition until it holds, or fails after the bound with what it was waiting for.
func eventually(
    within bound: Duration = .seconds(30),
    _ expectation: String,
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + bound
    var last: (any Error)?
    while clock.now < deadline {
        do {
            if try await condition() { return }
            last = nil
        } catch {
            last = error
        }
        try await clock.sleep(for: .milliseconds(20))
    }
    throw NotInTime(expectation: expectation, bound: bound, last: last)
}

struct NotInTime: Error, CustomStringConvertible {
    let expectation: String
    let bound: Duration
    let last: (any Error)?

    var description: String { "within \(bound): \(expectation)" + (last.map { " (last error: \($0))" } ?? "") }
}
