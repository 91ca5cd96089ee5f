/// Waits until a condition holds, and asks for it every few milliseconds.
///
/// - Parameters:
///   - what: what is waited for, as in "the server to answer".
///   - limit: how long to wait.
/// - Throws: ``WaitTimeout`` when the time is up, or what the condition throws.
package func waitFor(
    _ what: String,
    within limit: Duration = .seconds(30),
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw WaitTimeout(what: what, limit: limit) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A condition did not come true in time.
package struct WaitTimeout: Error, CustomStringConvertible {
    package let what: String
    package let limit: Duration

    package var description: String { "waited \(limit) for \(what)" }
}
