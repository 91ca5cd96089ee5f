import Postgres
import ShardStore

/// Two reads of one transaction, sent together so that they cost one round trip.
///
/// When one of them makes the transaction fail, the database refuses the other for that reason alone (25P02); which of the
/// two that is, is chance. The refusal is never the error that counts.
enum ConcurrentReads {
    /// Runs both and gives what came of each, the cause of a failure in the place of a mere refusal.
    static func outcomes<First: Sendable, Second: Sendable>(
        _ first: @Sendable () async throws -> First,
        _ second: @Sendable () async throws -> Second
    ) async -> (Result<First, any Error>, Result<Second, any Error>) {
        async let one = outcome(first)
        async let two = outcome(second)
        switch await (one, two) {
        case (.failure(let refusal), .failure(let cause)) where isRefusal(refusal):
            return (.failure(cause), .failure(cause))
        case let outcomes:
            return outcomes
        }
    }

    /// Runs both and gives both answers.
    static func both<First: Sendable, Second: Sendable>(
        _ first: @Sendable () async throws -> First,
        _ second: @Sendable () async throws -> Second
    ) async throws -> (First, Second) {
        let (one, two) = await outcomes(first, second)
        return (try one.get(), try two.get())
    }

    // MARK: - Private

    private static func outcome<Answer>(_ body: () async throws -> Answer) async -> Result<Answer, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private static func isRefusal(_ error: any Error) -> Bool {
        (error as? ShardError)?.underlying?.isServerError("25P02") == true
    }
}
