/// A piece of work that took longer than it may.
struct DeadlineExceeded: Error, CustomStringConvertible {
    let limit: Duration

    var description: String { "no answer within \(limit.formattedSeconds)" }
}

/// Does the work within a time limit; when the time is over the work is cancelled and its end awaited.
///
/// - Throws: ``DeadlineExceeded``, or what the work throws.
func withDeadline<Result: Sendable>(
    _ limit: Duration,
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlineExceeded(limit: limit)
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}
