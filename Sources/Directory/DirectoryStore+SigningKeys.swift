import HubModel
import Postgres

extension DirectoryStore {
    /// All keys whose tokens are to be accepted, retired ones included.
    ///
    /// Also what backends ask, logged in as `hub_backend`.
    package func signingKeys() async throws(DirectoryError) -> [SigningKeyRecord] {
        try await read("SELECT \(unescaped: SigningKeyRecord.columns) FROM signing_keys ORDER BY id")[0]
            .map(SigningKeyRecord.init)
    }

    /// Makes a public key known, once; whether it was new.
    ///
    /// - Throws: `.conflict` when the id is known with another key.
    @discardableResult
    package func publishKey(id: String, issuer: String, publicKey: String) async throws(DirectoryError) -> Bool {
        try await change { transaction in
            let known = try await transaction.query("SELECT publicKey FROM signing_keys WHERE id = \(id)")
            guard known.isEmpty else {
                guard try known.value(String.self) == publicKey else {
                    throw DirectoryError(.conflict, "signing key \(id) is known with another public key")
                }
                return false
            }
            try await transaction.query(
                "INSERT INTO signing_keys (id, issuer, publicKey) VALUES (\(id), \(issuer), \(publicKey))"
            )
            return true
        }
    }

    /// Notes that nothing is signed with the key any more.
    ///
    /// - Throws: `.notFound(.signingKey)`.
    package func retireKey(_ id: String) async throws(DirectoryError) {
        try await change { transaction in
            let retired = try await transaction.query(
                "UPDATE signing_keys SET retiredAt = coalesce(retiredAt, now()) WHERE id = \(id)"
            )
            guard retired.affectedRows == 1 else {
                throw DirectoryError(.notFound(.signingKey), "there is no signing key \(id)")
            }
        }
    }

    /// Forgets keys retired before a given age, when every token they signed has expired; how many there were.
    @discardableResult
    package func removeKeys(retiredFor age: Duration) async throws(DirectoryError) -> Int {
        try await change { transaction in
            try await transaction.query(
                "DELETE FROM signing_keys WHERE retiredAt < now() - make_interval(secs => \(age / .seconds(1)))"
            ).affectedRows
        }
    }
}
