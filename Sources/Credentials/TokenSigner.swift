import JWTKit

/// Issues tokens: JWTs (RFC 7519) signed with EdDSA (RFC 8037).
package struct TokenSigner: Sendable {
    private let keyPair: SigningKeyPair
    private let issuer: String

    /// - Parameter issuer: the name of the deployment, its base domain.
    package init(keyPair: SigningKeyPair, issuer: String) {
        self.keyPair = keyPair
        self.issuer = issuer
    }

    /// The token; parts of a second in its times are dropped.
    package func sign(_ claims: TokenClaims) async throws -> String {
        let keys = JWTKeyCollection()
        let kid = JWKIdentifier(string: keyPair.keyID)
        await keys.add(eddsa: EdDSA.PrivateKey(backing: keyPair.privateKey), kid: kid)
        return try await keys.sign(TokenPayload(claims, issuer: issuer), kid: kid)
    }
}
