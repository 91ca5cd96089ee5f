import Credentials
import Directory
import HubModel
import Topology

/// The public halves of the deployment's token keys, each with its issuer, as the secrets have them now.
struct SigningKeys: Sendable {
    struct Change: Sendable {
        /// `issuer/key` of keys that the directory did not know.
        var published: [String] = []
        /// `issuer/key` of keys with which nothing is signed any more.
        var retired: [String] = []
    }

    private struct Key: Sendable {
        let issuer: String
        let pair: PublicSigningKey
    }

    private let keys: [Key]

    /// - Throws: ``OperatorError`` for a secret that is no key; `SecretError` for one that is missing.
    init(of topology: Topology, secrets: Secrets) throws {
        let names = topology.shards.map { ($0.id.description, SecretName.shardTokenKey($0.id)) }
        keys = try (names + [("control", .controlTokenKey)]).map { issuer, name in
            let text = try secrets.secret(name).text
            do throws(SigningKeyError) {
                return Key(issuer: issuer, pair: try SigningKeyPair(privateKeyText: text).publicKey)
            } catch {
                throw OperatorError(.usage, "the secret \(name.text) is no \(name.meaning)", underlying: error)
            }
        }
    }

    /// Makes the keys known, and retires those of the same issuers that are no longer among them.
    func publish(in directory: DirectoryStore) async throws -> Change {
        var change = Change()
        for key in keys {
            let isNew = try await directory.publishKey(
                id: key.pair.keyID,
                issuer: key.issuer,
                publicKey: key.pair.text
            )
            if isNew { change.published.append("\(key.issuer)/\(key.pair.keyID)") }
        }
        let current = Set(keys.map(\.pair.keyID))
        let issuers = Set(keys.map(\.issuer))
        for known in try await directory.signingKeys()
        where known.retiredAt == nil && issuers.contains(known.issuer) && !current.contains(known.id) {
            try await directory.retireKey(known.id)
            change.retired.append("\(known.issuer)/\(known.id)")
        }
        return change
    }
}
