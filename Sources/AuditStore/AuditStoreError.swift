package import Postgres

/// Why an audit store could not do what was asked; one sentence.
package struct AuditStoreError: Error, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// There is no such entry, month or chain.
        case notFound
        /// What is there does not allow it; nothing was done.
        case refused
        /// The database cannot answer now; it may be tried again.
        case unavailable
        /// What was sealed is not what is there.
        case tampered
        /// A fault of the program or the schema.
        case failed
    }

    package let code: Code
    package let message: String
    package let underlying: PostgresError?

    package init(_ code: Code, _ message: String, underlying: PostgresError? = nil) {
        (self.code, self.message, self.underlying) = (code, message, underlying)
    }

    package var description: String { message }
}

extension AuditStoreError {
    /// Runs `body`, with the driver's errors told as errors of a place.
    static func telling<Answer>(
        _ place: String,
        _ doing: String,
        _ body: () async throws -> Answer
    ) async throws(AuditStoreError) -> Answer {
        do {
            return try await body()
        } catch let error as AuditStoreError {
            throw error
        } catch let error as PostgresError {
            throw AuditStoreError(error, at: place, doing: doing)
        } catch {
            throw AuditStoreError(.failed, "\(doing) at \(place): \(error)")
        }
    }

    /// The driver's error, told as one of the place where it happened.
    package init(_ error: PostgresError, at place: String, doing: String) {
        switch error.code {
        case .connection, .timeout, .poolExhausted, .authentication:
            self.init(.unavailable, "\(place) cannot be reached while \(doing): \(error.message)", underlying: error)
        default: self.init(.failed, "\(doing) at \(place) failed: \(error.message)", underlying: error)
        }
    }
}
