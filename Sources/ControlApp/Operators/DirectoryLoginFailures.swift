import Directory
import HubModel
import HubWeb
import Throttling

/// The control processes' shared memory of wrong passwords: the directory, which they need for signing in anyway.
struct DirectoryLoginFailures: LoginFailureStore {
    let directory: DirectoryStore

    func take(
        _ step: LoginStep,
        of attempt: LoginAttempt,
        _ allowance: LoginAllowance,
        now: Timestamp
    ) async throws -> (failures: LoginFailures, wait: Duration?) {
        try await directory.takeLoginStep(step, of: attempt, allowance, now: now)
    }
}
