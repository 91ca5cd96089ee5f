import HubColumns
package import HubModel
import Postgres

/// A row of `signing_keys`: the public half of a key that signs tokens.
package struct SigningKeyRecord: Hashable, Sendable {
    /// The `kid` of the tokens.
    package let id: String
    /// Who signs with it: a shard's id, or `control`.
    package let issuer: String
    /// Base64 of the 32 bytes of an Ed25519 public key.
    package let publicKey: String
    package let createdAt: Timestamp
    /// Since when nothing is signed with it any more; what it signed before is still valid.
    package let retiredAt: Timestamp?
}

extension SigningKeyRecord {
    static let columns = "id, issuer, publicKey, createdAt, retiredAt"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, issuer, publicKey, createdAt, retiredAt) = try row.decode(
            (String.self, String.self, String.self, Timestamp.self, Timestamp?.self)
        )
    }
}
