import HubModel

extension MoveEngine {
    /// Asks again and again until there is an answer.
    ///
    /// - Parameters:
    ///   - pause: between two questions; a switch asks every few milliseconds.
    ///   - what: what is waited for, as in "the marker to arrive".
    /// - Throws: `.late` when the time is up, and what the question throws.
    func wait<Answer>(
        for what: String,
        within limit: Duration,
        every pause: Duration = .milliseconds(4),
        _ question: () async throws(MoveError) -> Answer?
    ) async throws(MoveError) -> Answer {
        let deadline = ContinuousClock.now + limit
        while true {
            if let answer = try await question() { return answer }
            guard ContinuousClock.now < deadline else {
                throw MoveError(.late, "waited \(limit) in vain for \(what)")
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw MoveError(.cancelled, "the mover was cancelled while it waited for \(what)")
            }
        }
    }
}

extension MoveEngine {
    /// Does something that others wait for, and gives it up when the time is up.
    ///
    /// - Throws: `.late`.
    func bounded<Answer: Sendable>(
        _ limit: Duration,
        _ what: String,
        _ body: @escaping @Sendable () async throws(MoveError) -> Answer
    ) async throws(MoveError) -> Answer {
        do {
            return try await withThrowingTaskGroup(of: Answer.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw MoveError(.late, "\(what) took longer than \(limit)")
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw CancellationError() }
                return answer
            }
        } catch let error as MoveError {
            throw error
        } catch {
            throw MoveError(.cancelled, "\(what) was cancelled")
        }
    }
}
