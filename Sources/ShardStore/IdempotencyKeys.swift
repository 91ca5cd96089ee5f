import HubColumns
package import HubModel
import Postgres

/// The answers to the POSTs of one user that may be sent again; each is kept for 24 hours.
package struct IdempotencyKeys: Sendable {
    package enum Claim: Sendable {
        /// The request is new; ``IdempotencyKeys/keep(_:under:of:)`` its answer in the same transaction.
        case new
        /// It was answered before.
        case answered(KeptAnswer)
        /// The key was used for another request.
        case misused
    }

    let shard: ShardTransaction<WriteAccess>

    /// Takes the key for a request; one that is being answered at this moment is waited for.
    ///
    /// - Parameters:
    ///   - key: 1–255 characters.
    ///   - fingerprint: the same for the same request.
    package func claim(_ key: String, of user: UserID, fingerprint: [UInt8]) async throws(ShardError) -> Claim {
        let answers = try await shard.pipeline([
            """
            DELETE FROM idempotency_keys
            WHERE tenantId = \(tenant) AND createdAt < now() - interval '24 hours'
            """,
            // A conflict waits for the transaction that has the key. The query below sees what that has committed.
            """
            INSERT INTO idempotency_keys (tenantId, userId, key, fingerprint)
            VALUES (\(tenant), \(user), \(key), \(fingerprint)) ON CONFLICT DO NOTHING
            """,
            """
            SELECT fingerprint = \(fingerprint), status, location, body FROM idempotency_keys
            WHERE tenantId = \(tenant) AND userId = \(user) AND key = \(key)
            """,
        ])
        if answers[1].affectedRows == 1 { return .new }
        let kept = try answers[2].map { row throws(PostgresError) in
            try row.decode((Bool.self, Int?.self, String?.self, String?.self))
        }
        guard let (isSame, status, location, body) = kept.first, let status, let body else {
            throw ShardError(.unavailable, "the answer under this key has just expired")
        }
        return isSame ? .answered(KeptAnswer(status: status, location: location, body: body)) : .misused
    }

    /// Keeps the answer to a request whose key was claimed in this transaction.
    package func keep(_ answer: KeptAnswer, under key: String, of user: UserID) async throws(ShardError) {
        try await shard.query(
            """
            UPDATE idempotency_keys SET status = \(answer.status), location = \(answer.location), body = \(answer.body)
            WHERE tenantId = \(tenant) AND userId = \(user) AND key = \(key)
            """
        )
    }

    // MARK: - Private

    private var tenant: TenantID { shard.context.tenant }
}

extension ShardTransaction<WriteAccess> {
    package var idempotencyKeys: IdempotencyKeys { IdempotencyKeys(shard: self) }
}
