import Crypto
import FoundationEssentials
package import HubModel
import JWTKit
import Synchronization

/// Accepts tokens that one of the known keys has signed, for one audience, within their time.
///
/// The keys are those of the directory; they can be replaced at any time, and the last ones stay in use until then. The
/// signature of a token that comes again and again is checked once; everything else about it each time.
package final class TokenVerifier: Sendable {
    private struct State {
        var keys: [String: EdDSA.PublicKey]
        /// Rises with each replacement of the keys.
        var generation = 0
        /// What the present keys have signed.
        var known = RecentValues<String, TokenPayload>(capacity: 4096)
    }

    private let issuer: String
    private let state: Mutex<State>

    /// How far the clock of an issuer may be ahead.
    package static let clockSkew: Duration = .seconds(5)

    /// The longest token that is looked at, in bytes.
    package static let lengthLimit = 4096

    /// - Parameter issuer: whose tokens are accepted, whatever the key.
    package init(issuer: String, keys: [PublicSigningKey] = []) {
        self.issuer = issuer
        state = Mutex(State(keys: TokenVerifier.table(keys)))
    }

    /// From now on these keys are accepted and no others.
    package func replaceKeys(_ keys: [PublicSigningKey]) {
        let table = TokenVerifier.table(keys)
        state.withLock { $0 = State(keys: table, generation: $0.generation + 1) }
    }

    /// What the token says.
    ///
    /// The algorithm and the key are settled from the header before anything else is believed: a key is only ever used
    /// with EdDSA, and only the key that the header names (RFC 8725 sections 3.1 and 3.2).
    package func verify(_ token: String, audience: String, now: Timestamp) async throws(TokenError) -> TokenClaims {
        let payload = try await payload(of: token)
        guard payload.iss == issuer else { throw TokenError(code: .wrongIssuer) }
        guard payload.aud == audience else { throw TokenError(code: .wrongAudience) }
        // Bounds keep the arithmetic of times from overflowing; year 9999 is far enough.
        let seconds = 0...253_402_300_799 as ClosedRange<Int64>
        guard [payload.iat, payload.nbf, payload.exp].allSatisfy(seconds.contains) else {
            throw TokenError(code: .malformed)
        }
        guard now < Timestamp(microseconds: payload.exp * 1_000_000) else { throw TokenError(code: .expired) }
        guard Timestamp(microseconds: payload.nbf * 1_000_000) <= now + TokenVerifier.clockSkew else {
            throw TokenError(code: .notYetValid)
        }
        return payload.claims
    }

    // MARK: - Private

    private static func table(_ keys: [PublicSigningKey]) -> [String: EdDSA.PublicKey] {
        keys.reduce(into: [:]) { table, key in
            // Any 32 bytes make a key object; whether they are a point of the curve shows when it is used.
            if let backing = try? Curve25519.Signing.PublicKey(rawRepresentation: key.bytes) {
                table[key.keyID] = EdDSA.PublicKey(backing: backing)
            }
        }
    }

    /// What a token says that a known key has signed.
    private func payload(of token: String) async throws(TokenError) -> TokenPayload {
        if let payload = state.withLock({ $0.known.find(token) }) { return payload }
        let generation = state.withLock { $0.generation }
        let (keyID, key) = try key(of: token)
        let payload = try await TokenVerifier.payload(of: token, keyID: keyID, key: key)
        state.withLock { state in
            // The key may have been withdrawn in the meantime.
            if state.generation == generation { state.known.insert(payload, for: token) }
        }
        return payload
    }

    /// The key that the header names, once the header is one that we could have written.
    private func key(of token: String) throws(TokenError) -> (String, EdDSA.PublicKey) {
        guard token.utf8.count <= TokenVerifier.lengthLimit else { throw TokenError(code: .malformed) }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(Base64URL.decode)
        guard
            parts.count == 3, parts.allSatisfy({ $0 != nil }), let bytes = parts[0],
            let header = try? JSONDecoder().decode(JWTHeader.self, from: Data(bytes))
        else { throw TokenError(code: .malformed) }
        guard header.alg == "EdDSA" else { throw TokenError(code: .unsupportedAlgorithm) }
        // An extension that must be understood (RFC 7515 section 4.1.11): we understand none.
        guard header.fields["crit"] == nil else { throw TokenError(code: .malformed) }
        guard let keyID = header.kid, let key = state.withLock({ $0.keys[keyID] }) else {
            throw TokenError(code: .unknownKey)
        }
        return (keyID, key)
    }

    /// A collection of just this key, since one of several falls back to its first for a name it does not know.
    private static func payload(
        of token: String,
        keyID: String,
        key: EdDSA.PublicKey
    ) async throws(TokenError) -> TokenPayload {
        let keys = JWTKeyCollection()
        await keys.add(eddsa: key, kid: JWKIdentifier(string: keyID))
        do {
            return try await keys.verify(token)
        } catch let error as JWTError where error.errorType == .signatureVerificationFailed {
            throw TokenError(code: .badSignature)
        } catch {
            throw TokenError(code: .malformed)
        }
    }
}
