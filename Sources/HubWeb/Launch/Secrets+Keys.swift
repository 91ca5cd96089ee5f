package import Credentials
package import Topology

extension Secrets {
    /// The bytes of the key that routers and control sign their requests with.
    ///
    /// - Throws: `SecretError`, or ``StartupFailure`` for a key that is too short to be one.
    package func signingKey() throws -> [UInt8] {
        let key = Array(try secret(.routerSigningKey).text.utf8)
        guard key.count >= 32 else {
            throw StartupFailure(
                "secret \(SecretName.routerSigningKey.text): expected at least 32 bytes, found \(key.count)",
                status: .usage
            )
        }
        return key
    }

    /// A private key of tokens.
    ///
    /// - Throws: `SecretError`, or ``StartupFailure`` for a text that is no key.
    package func tokenKey(_ name: SecretName) throws -> SigningKeyPair {
        let text = try secret(name).text
        do {
            return try SigningKeyPair(privateKeyText: text)
        } catch {
            throw StartupFailure("secret \(name.text): expected the base 64 of 32 bytes (\(error))", status: .usage)
        }
    }
}
