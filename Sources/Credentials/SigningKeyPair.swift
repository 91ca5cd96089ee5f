import Crypto
import FoundationEssentials

/// A key that signs tokens (Ed25519, RFC 8032). Only its public half leaves the process.
package struct SigningKeyPair: Sendable {
    let privateKey: Curve25519.Signing.PrivateKey
    package let publicKey: PublicSigningKey

    /// A new key from the system's random source.
    package static func generate() -> SigningKeyPair {
        SigningKeyPair(Curve25519.Signing.PrivateKey())
    }

    /// - Parameter privateKeyText: base 64 of the 32 bytes of the private key.
    package init(privateKeyText: String) throws(SigningKeyError) {
        guard
            let bytes = Data(base64Encoded: privateKeyText), bytes.count == 32,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        else { throw SigningKeyError(code: .malformed) }
        self.init(key)
    }

    /// Base 64 of the 32 bytes, to be kept as a secret.
    package var privateKeyText: String { privateKey.rawRepresentation.base64EncodedString() }

    package var keyID: String { publicKey.keyID }

    // MARK: - Private

    private init(_ key: Curve25519.Signing.PrivateKey) {
        privateKey = key
        publicKey = PublicSigningKey(bytes: key.publicKey.rawRepresentation)
    }
}
