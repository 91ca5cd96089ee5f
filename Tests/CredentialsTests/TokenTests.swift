import Credentials
import Crypto
import FoundationEssentials
import HubModel
import Testing

@Suite("Tokens")
struct TokenTests {
    private let keyPair = SigningKeyPair.generate()
    private let now = Timestamp("2025-12-22T14:30:00Z")!
    private let tenant = TenantID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01")!

    private var signer: TokenSigner { TokenSigner(keyPair: keyPair, issuer: "hub.localhost") }
    private var verifier: TokenVerifier { TokenVerifier(issuer: "hub.localhost", keys: [keyPair.publicKey]) }

    private var claims: TokenClaims {
        TokenClaims(
            subject: UserID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c02")!,
            tenant: tenant,
            role: .tenantAdmin,
            session: SessionID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c03")!,
            audience: tenant.description,
            issuedAt: now,
            expiresAt: now + .seconds(3600)
        )
    }

    private func code(
        _ token: String,
        audience: String? = nil,
        now moment: Timestamp? = nil,
        verifier: TokenVerifier? = nil
    ) async -> TokenError.Code? {
        do throws(TokenError) {
            let verifier = verifier ?? self.verifier
            _ = try await verifier.verify(token, audience: audience ?? tenant.description, now: moment ?? now)
            return nil
        } catch {
            return error.code
        }
    }

    /// A token of any header and payload, with whatever is to be its signature.
    private func token(
        _ header: String,
        _ payload: String? = nil,
        signature: (String) throws -> [UInt8]
    ) rethrows -> String {
        let payload = payload ?? goodPayload()
        let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(payload.utf8)
        return try signed + "." + Base64URL.encode(signature(signed))
    }

    private func goodPayload(_ change: (inout [String: String]) -> Void = { _ in }) -> String {
        var members = [
            "iss": "\"hub.localhost\"", "sub": "\"019b45f0-7d1a-7c33-8a11-3f0f5d2b9c02\"", "aud": "\"\(tenant)\"",
            "iat": "1766413800", "nbf": "1766413800", "exp": "1766417400",
            "jti": "\"019b45f0-7d1a-7c33-8a11-3f0f5d2b9c03\"", "tid": "\"\(tenant)\"", "role": "\"tenant_admin\"",
        ]
        change(&members)
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    private func ed25519(_ pair: SigningKeyPair) throws -> (String) throws -> [UInt8] {
        let bytes = try #require(Data(base64Encoded: pair.privateKeyText))
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        return { try Array(key.signature(for: Array($0.utf8))) }
    }

    private var goodHeader: String { #"{"alg":"EdDSA","typ":"JWT","kid":"\#(keyPair.keyID)"}"# }

    @Test("A token says what it was given")
    func roundTrip() async throws {
        let token = try await signer.sign(claims)
        #expect(try await verifier.verify(token, audience: tenant.description, now: now) == claims)
    }

    @Test("A super admin's token has no tenant")
    func superAdmin() async throws {
        let claims = TokenClaims(
            subject: claims.subject,
            tenant: nil,
            role: .superAdmin,
            session: claims.session,
            audience: "hub.localhost",
            issuedAt: now,
            expiresAt: now + .seconds(60)
        )
        let token = try await signer.sign(claims)
        #expect(try await verifier.verify(token, audience: "hub.localhost", now: now) == claims)
    }

    @Test("A token of another implementation with the same key is accepted")
    func otherImplementation() async throws {
        let token = try token(goodHeader, signature: ed25519(keyPair))
        #expect(try await verifier.verify(token, audience: tenant.description, now: now) == claims)
    }

    @Test("A token for one tenant is worth nothing for another, nor for control")
    func audience() async throws {
        let token = try await signer.sign(claims)
        #expect(await code(token, audience: TenantID.make(at: now).description) == .wrongAudience)
        #expect(await code(token, audience: "hub.localhost") == .wrongAudience)
    }

    @Test("A token of another deployment is refused, even with a known key")
    func issuer() async throws {
        let token = try await TokenSigner(keyPair: keyPair, issuer: "other.example").sign(claims)
        #expect(await code(token) == .wrongIssuer)
    }

    @Test("A token lives until its expiry and not a moment longer")
    func expiry() async throws {
        let token = try await signer.sign(claims)
        #expect(await code(token, now: claims.expiresAt + .microseconds(-1)) == nil)
        #expect(await code(token, now: claims.expiresAt) == .expired)
    }

    @Test("A token of an issuer whose clock is a little ahead is accepted, one from the future is not")
    func notYetValid() async throws {
        let token = try await signer.sign(claims)
        let skew = TokenVerifier.clockSkew.components.seconds
        #expect(await code(token, now: now + .seconds(-skew)) == nil)
        #expect(await code(token, now: now + .seconds(-skew - 1)) == .notYetValid)
    }

    @Test("A key that is not known signs nothing that is accepted")
    func unknownKey() async throws {
        let stranger = SigningKeyPair.generate()
        let token = try await TokenSigner(keyPair: stranger, issuer: "hub.localhost").sign(claims)
        #expect(await code(token) == .unknownKey)
    }

    @Test("A stranger's signature under the name of a known key is refused")
    func borrowedName() async throws {
        let token = try token(goodHeader, signature: ed25519(.generate()))
        #expect(await code(token) == .badSignature)
    }

    @Test("A token without the name of its key is refused, though only one key is known")
    func namelessKey() async throws {
        let token = try token(#"{"alg":"EdDSA"}"#, signature: ed25519(keyPair))
        #expect(await code(token) == .unknownKey)
    }

    @Test(
        "No algorithm but EdDSA is accepted, whatever the signature",
        arguments: ["none", "None", "HS256", "RS256", "ES256", "eddsa", ""]
    )
    func algorithms(algorithm: String) async throws {
        let header = #"{"alg":"\#(algorithm)","kid":"\#(keyPair.keyID)"}"#
        let unsigned = token(header) { _ in [] }
        #expect(await code(unsigned) == .unsupportedAlgorithm)
        let signed = try token(header, signature: ed25519(keyPair))
        #expect(await code(signed) == .unsupportedAlgorithm)
        // The classic confusion: the public key taken for the secret of an HMAC.
        let publicKey = try #require(Data(base64Encoded: keyPair.publicKey.text))
        let confused = token(header) { text in
            Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: publicKey)))
        }
        #expect(await code(confused) == .unsupportedAlgorithm)
    }

    @Test("A header that asks for an extension is refused")
    func critical() async throws {
        let header = #"{"alg":"EdDSA","kid":"\#(keyPair.keyID)","crit":["exp"]}"#
        #expect(await code(try token(header, signature: ed25519(keyPair))) == .malformed)
    }

    @Test("An empty or foreign signature is refused")
    func signatures() async {
        #expect(await code(token(goodHeader) { _ in [] }) == .badSignature)
        #expect(await code(token(goodHeader) { _ in [UInt8](repeating: 0, count: 64) }) == .badSignature)
    }

    @Test("Every change of any character of a token is refused")
    func tampering() async throws {
        let token = try await signer.sign(claims)
        for index in token.indices {
            var tampered = token
            let replacement = token[index] == "A" ? "B" : "A"
            tampered.replaceSubrange(index...index, with: replacement)
            #expect(await code(tampered) != nil, "\(tampered)")
        }
    }

    @Test("A changed claim under the old signature is refused")
    func changedClaim() async throws {
        let parts = try await signer.sign(claims).split(separator: ".")
        let payload = goodPayload { $0["role"] = "\"super_admin\"" }
        let tampered = "\(parts[0]).\(Base64URL.encode(payload.utf8)).\(parts[2])"
        #expect(await code(tampered) == .badSignature)
    }

    @Test(
        "A signed payload that is not ours is malformed",
        arguments: [
            ("sub", "7"), ("sub", nil), ("jti", nil), ("role", "\"root\""), ("exp", "\"never\""), ("exp", nil),
            ("exp", "9223372036854775807"), ("nbf", "-9223372036854775808"), ("aud", "[\"a\",\"b\"]"), ("tid", "\"x\""),
        ] as [(String, String?)]
    )
    func payloads(member: String, value: String?) async throws {
        let payload = goodPayload { $0[member] = value }
        #expect(await code(try token(goodHeader, payload, signature: ed25519(keyPair))) == .malformed)
    }

    @Test(
        "What is no token at all is malformed",
        arguments: ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "💥.💥.💥", String(repeating: "a", count: 5000)]
    )
    func noToken(text: String) async {
        let code = await code(text)
        #expect(code == .malformed || (text == "e30.e30." && code == .unsupportedAlgorithm))
    }

    @Test("A token that was accepted before is still judged each time: its audience, its expiry, every character of it")
    func again() async throws {
        let verifier = verifier
        let token = try await signer.sign(claims)
        for _ in 0..<2 { #expect(await code(token, verifier: verifier) == nil) }
        #expect(await code(token, audience: "another", verifier: verifier) == .wrongAudience)
        #expect(await code(token, now: now + .seconds(3600), verifier: verifier) == .expired)
        let last = token.hasSuffix("A") ? "g" : "A"
        #expect(await code(token.dropLast() + last, verifier: verifier) != nil)
        #expect(await code(token, verifier: verifier) == nil)
    }

    @Test("A replaced key is known from then on, and the old one no longer")
    func replacedKeys() async throws {
        let next = SigningKeyPair.generate()
        let verifier = verifier
        let old = try await signer.sign(claims)
        let new = try await TokenSigner(keyPair: next, issuer: "hub.localhost").sign(claims)
        #expect(await code(new, verifier: verifier) == .unknownKey)
        verifier.replaceKeys([keyPair.publicKey, next.publicKey])
        #expect(await code(old, verifier: verifier) == nil)
        #expect(await code(new, verifier: verifier) == nil)
        verifier.replaceKeys([next.publicKey])
        #expect(await code(old, verifier: verifier) == .unknownKey)
        #expect(await code(new, verifier: verifier) == nil)
    }
}
