import Logging
import ServiceLifecycle

/// Runs a process beside a body, and stops it with the body as SIGTERM would.
///
/// - Parameter body: gets a verb that stops the process early.
/// - Throws: what ended the process, rather than what the body made of it.
package func running<Answer: Sendable>(
    _ process: @escaping @Sendable () async throws -> Void,
    while body: @Sendable (_ stop: @escaping @Sendable () async -> Void) async throws -> Answer
) async throws -> Answer {
    let host = ServiceGroup(services: [Process(body: process)], logger: .silent)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await host.run() }
        let outcome: Result<Answer, any Error>
        do {
            outcome = .success(try await body { await host.triggerGracefulShutdown() })
        } catch {
            outcome = .failure(error)
        }
        await host.triggerGracefulShutdown()
        if case .failure(let error)? = await group.nextResult() { throw error }
        return try outcome.get()
    }
}

private struct Process: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
}

extension Logger {
    /// A logger that says nothing.
    static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}
