package import HubModel
package import Throttling

/// Where the processes that sign people in share what they remember of wrong passwords.
package protocol LoginFailureStore: Sendable {
    /// Takes a step of an attempt, alone: ``LoginFailures/take(_:_:now:)`` on what is shared.
    ///
    /// - Returns: what is shared after the step, and how long to wait when it was refused.
    /// - Throws: whatever keeps it from being shared; the process then goes by its own memory.
    func take(
        _ step: LoginStep,
        of attempt: LoginAttempt,
        _ allowance: LoginAllowance,
        now: Timestamp
    ) async throws -> (failures: LoginFailures, wait: Duration?)
}
