import HubColumns
package import HubModel
import Postgres

/// What became of claiming a key for a request.
package enum KeyClaim: Sendable {
    /// The request is new; its answer is to be kept, or the key released.
    case new
    /// It was answered before.
    case answered(KeptAnswer)
    /// The key was used for another request.
    case misused
    /// The same request is being answered at this moment.
    case busy
}

/// The answers to POSTs that may be sent again; each is kept for 24 hours.
///
/// What a POST of the control plane does spans directory and shard, so a key is claimed in a transaction of its own. When
/// the process that claimed it dies, the key is free again after a minute.
extension DirectoryStore {
    /// - Parameters:
    ///   - key: 1–255 characters.
    ///   - user: the super admin; nil for people without an account.
    ///   - fingerprint: the same for the same request.
    package func claimKey(
        _ key: String,
        of user: UserID?,
        fingerprint: [UInt8]
    ) async throws(DirectoryError) -> KeyClaim {
        let answers = try await mappingErrors {
            try await pool.transact(
                TransactionOptions(),
                [
                    """
                    DELETE FROM idempotency_keys WHERE createdAt < now() - interval '24 hours'
                      OR (status IS NULL AND createdAt < now() - interval '60 seconds')
                    """,
                    """
                    INSERT INTO idempotency_keys (userId, key, fingerprint) VALUES (\(user), \(key), \(fingerprint))
                    ON CONFLICT DO NOTHING
                    """,
                    """
                    SELECT fingerprint = \(fingerprint), status, location, body FROM idempotency_keys
                    WHERE userId IS NOT DISTINCT FROM \(user) AND key = \(key)
                    """,
                ]
            )
        }
        if answers[1].affectedRows == 1 { return .new }
        let kept = try answers[2].map { row throws(PostgresError) in
            try row.decode((Bool.self, Int?.self, String?.self, String?.self))
        }
        guard let (isSame, status, location, body) = kept.first else { return .busy }
        guard isSame else { return .misused }
        guard let status, let body else { return .busy }
        return .answered(KeptAnswer(status: status, location: location, body: body))
    }

    /// Keeps the answer to a request whose key was claimed.
    package func keep(_ answer: KeptAnswer, under key: String, of user: UserID?) async throws(DirectoryError) {
        try await mappingErrors {
            _ = try await pool.query(
                """
                UPDATE idempotency_keys
                SET status = \(answer.status), location = \(answer.location), body = \(answer.body)
                WHERE userId IS NOT DISTINCT FROM \(user) AND key = \(key)
                """
            )
        }
    }

    /// Frees a claimed key: the request was refused, and the reason may pass.
    package func releaseKey(_ key: String, of user: UserID?) async throws(DirectoryError) {
        try await mappingErrors {
            _ = try await pool.query(
                """
                DELETE FROM idempotency_keys
                WHERE userId IS NOT DISTINCT FROM \(user) AND key = \(key) AND status IS NULL
                """
            )
        }
    }
}
