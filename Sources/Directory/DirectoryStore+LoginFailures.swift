import HubColumns
package import HubModel
import Postgres
package import Throttling

extension DirectoryStore {
    /// Takes a step of a super admin's attempt to sign in, on what the control processes share; steps that change
    /// something take turns.
    ///
    /// - Returns: what is shared after the step, and how long to wait when it was refused.
    package func takeLoginStep(
        _ step: LoginStep,
        of attempt: LoginAttempt,
        _ allowance: LoginAllowance,
        now: Timestamp
    ) async throws(DirectoryError) -> (failures: LoginFailures, wait: Duration?) {
        if step == .look {
            var failures = try LoginFailures(await read(.accounts(of: attempt), .network(of: attempt)))
            let wait = failures.take(.look, allowance, now: now)
            return (failures, wait)
        }
        return try await mappingErrors {
            try await pool.withTransaction(
                TransactionOptions(isolation: .readCommitted),
                prologue: ["SELECT pg_advisory_xact_lock(18449, 1)"]
            ) { transaction in
                var failures = try LoginFailures(
                    await transaction.pipeline([.accounts(of: attempt), .network(of: attempt)])
                )
                if let wait = failures.take(step, allowance, now: now) { return (failures, wait) }
                _ = try await transaction.finish(with: failures.savings(of: attempt, allowance, now: now))
                return (failures, nil)
            }
        }
    }
}

extension PostgresQuery {
    fileprivate static func accounts(of attempt: LoginAttempt) -> PostgresQuery {
        """
        SELECT network, failures, lastFailure, forgivenAt FROM login_accounts
        WHERE account = \(attempt.account) AND network IN ('', \(attempt.network))
        """
    }

    fileprivate static func network(of attempt: LoginAttempt) -> PostgresQuery {
        "SELECT fullAt FROM login_networks WHERE network = \(attempt.network)"
    }
}

extension LoginFailures {
    fileprivate init(_ results: [PostgresRows]) throws(DirectoryError) {
        var strangers = AccountFailures()
        var familiar: AccountFailures?
        let accounts = try results[0].map { row throws(PostgresError) in
            (
                network: try row.decode(String.self, at: 0),
                failures: AccountFailures(
                    count: try row.decode(Int.self, at: 1),
                    last: try row.decode(Timestamp.self, at: 2),
                    forgiven: try row.decode(Timestamp.self, at: 3)
                )
            )
        }
        for (network, failures) in accounts {
            if network.isEmpty { strangers = failures } else { familiar = failures }
        }
        let fullAt = try results[1].map { row throws(PostgresError) in try row.decode(Timestamp.self, at: 0) }
        self.init(
            strangers: strangers,
            familiar: familiar,
            network: fullAt.first.map { TokenBucket(fullAt: $0) } ?? TokenBucket()
        )
    }

    /// The statements that keep this, and forget what has no weight any more.
    fileprivate func savings(
        of attempt: LoginAttempt,
        _ allowance: LoginAllowance,
        now: Timestamp
    ) -> [PostgresQuery] {
        var queries: [PostgresQuery] = [
            "DELETE FROM login_accounts WHERE expiresAt <= \(now)", "DELETE FROM login_networks WHERE fullAt <= \(now)",
            """
            INSERT INTO login_networks (network, fullAt) VALUES (\(attempt.network), \(network.fullAt))
            ON CONFLICT (network) DO UPDATE SET fullAt = EXCLUDED.fullAt
            """,
            saving(strangers, of: attempt.account, network: "", until: now + allowance.memory),
        ]
        if let familiar {
            queries.append(
                saving(familiar, of: attempt.account, network: attempt.network, until: now + allowance.familiarity)
            )
        }
        return queries
    }

    private func saving(
        _ failures: AccountFailures,
        of account: String,
        network: String,
        until expiry: Timestamp
    ) -> PostgresQuery {
        """
        INSERT INTO login_accounts (account, network, failures, lastFailure, forgivenAt, expiresAt)
        VALUES (\(account), \(network), \(failures.count), \(failures.last), \(failures.forgiven), \(expiry))
        ON CONFLICT (account, network) DO UPDATE
        SET failures = EXCLUDED.failures, lastFailure = EXCLUDED.lastFailure, forgivenAt = EXCLUDED.forgivenAt,
            expiresAt = EXCLUDED.expiresAt
        """
    }
}
