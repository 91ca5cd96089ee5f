import Credentials
import HubModel
import Topology

/// Makes the values of secrets that do not exist yet.
enum SecretGenerator {
    /// A new value for the secret: a signing key where one is meant, otherwise 256 random bits as base64url.
    static func value(for name: SecretName, of topology: Topology) -> String {
        let tokenKeys = topology.shards.map { SecretName.shardTokenKey($0.id) } + [.controlTokenKey]
        if tokenKeys.contains(where: { $0.text == name.text }) { return SigningKeyPair.generate().privateKeyText }
        var generator = SystemRandomNumberGenerator()
        return Base64URL.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}
