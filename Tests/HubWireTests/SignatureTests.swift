import FoundationEssentials
import HubModel
import HubWire
import Testing

@Suite("Signatures of requests")
struct SignatureTests {
    private let key = Array("0123456789abcdef0123456789abcdef".utf8)
    private let tenant = TenantID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01")!
    private let now = Timestamp("2025-12-22T14:30:00Z")!

    private var signer: RequestSigner { RequestSigner(key: key) }
    private var verifier: SignatureVerifier { SignatureVerifier(key: key) }

    private func code(
        _ header: String?,
        tenant: TenantID?,
        epoch: Epoch?,
        scope: SignatureScope = .tenant,
        now: Timestamp
    ) -> SignatureError.Code? {
        do throws(SignatureError) {
            try verifier.verify(header, tenant: tenant, epoch: epoch, scope: scope, now: now)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("The form is the documented one, as another implementation of HMAC-SHA256 computes it")
    func form() {
        // printf 'v1\n019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01\n7\ntenant\n1766413860' |
        //     openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef -binary | basenc --base64url
        let header = signer.sign(tenant: tenant, epoch: Epoch(rawValue: 7), scope: .tenant, expiry: now + .seconds(60))
        #expect(header == "v1;1766413860;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0")
        // The same with '-' twice and scope control.
        let control = signer.sign(tenant: nil, epoch: nil, scope: .control, expiry: now + .seconds(60))
        #expect(control == "v1;1766413860;UWf6uQu7Iu6OEHJHxB_j3gny147gUrwj4pnPXtb6oi8")
    }

    @Test(
        "A signature holds whatever the length of the key, beside the hash's block of 64 bytes",
        arguments: [32, 63, 64, 65, 200]
    )
    func keyLengths(length: Int) throws {
        let key = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let header = RequestSigner(key: key).sign(tenant: tenant, epoch: .first, scope: .tenant, expiry: now)
        try SignatureVerifier(key: key).verify(header, tenant: tenant, epoch: .first, scope: .tenant, now: now)
    }

    @Test("What was signed is accepted, for either scope, with and without tenant and epoch")
    func accepted() {
        for scope in SignatureScope.allCases {
            for (tenant, epoch) in [(tenant, Epoch.first), (nil, nil), (tenant, nil)] as [(TenantID?, Epoch?)] {
                let header = signer.sign(tenant: tenant, epoch: epoch, scope: scope, expiry: now + .seconds(60))
                #expect(code(header, tenant: tenant, epoch: epoch, scope: scope, now: now) == nil)
            }
        }
    }

    @Test("A signature for one tenant, epoch or scope is worth nothing for another")
    func otherRequest() {
        let header = signer.sign(tenant: tenant, epoch: Epoch(rawValue: 7), scope: .tenant, expiry: now + .seconds(60))
        let other = TenantID.make(at: now)
        #expect(code(header, tenant: other, epoch: Epoch(rawValue: 7), now: now) == .mismatch)
        #expect(code(header, tenant: nil, epoch: Epoch(rawValue: 7), now: now) == .mismatch)
        #expect(code(header, tenant: tenant, epoch: Epoch(rawValue: 8), now: now) == .mismatch)
        #expect(code(header, tenant: tenant, epoch: nil, now: now) == .mismatch)
        #expect(code(header, tenant: tenant, epoch: Epoch(rawValue: 7), scope: .control, now: now) == .mismatch)
    }

    @Test("A signature made with another key is refused")
    func otherKey() {
        let stranger = RequestSigner(key: key.reversed())
        let header = stranger.sign(tenant: tenant, epoch: .first, scope: .tenant, expiry: now + .seconds(60))
        #expect(code(header, tenant: tenant, epoch: .first, now: now) == .mismatch)
    }

    @Test("Every change of every character of the value is refused")
    func everyCharacter() {
        let header = signer.sign(tenant: tenant, epoch: .first, scope: .tenant, expiry: now + .seconds(30))
        for index in header.indices {
            for replacement in "Aa0-_;9v1=" where header[index] != replacement {
                var tampered = header
                tampered.replaceSubrange(index...index, with: String(replacement))
                #expect(code(tampered, tenant: tenant, epoch: .first, now: now) != nil, "\(tampered)")
            }
            var shortened = header
            shortened.remove(at: index)
            #expect(code(shortened, tenant: tenant, epoch: .first, now: now) != nil, "\(shortened)")
        }
    }

    @Test(
        "What is not of the form is malformed",
        arguments: [
            "", "v1", "v1;1766413860", "v1;;x", "v1;1766413860;", "v1;1766413860;abc",
            "v2;1766413860;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0",
            "v1;+1766413860;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0",
            "v1;01766413860;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0",
            "v1;-5;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0",
            "v1;9999999999999;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0",
            "v1;1766413860;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0;",
            " v1;1766413860;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0",
            "v1;1766413860;3Zd1YpO7LY7wZGIBazLsqDVj-WZrJzsnW27HGwelPV0=",
        ]
    )
    func malformed(header: String) {
        #expect(code(header, tenant: tenant, epoch: Epoch(rawValue: 7), now: now) == .malformed)
    }

    @Test("A request without a signature is told from one with a bad one")
    func missing() {
        #expect(code(nil, tenant: tenant, epoch: .first, now: now) == .missing)
    }

    @Test("A signature lives until its expiry and the clock skew after it, and no longer")
    func expiry() {
        let header = signer.sign(tenant: tenant, epoch: .first, scope: .tenant, expiry: now + RequestSigner.lifetime)
        let expiry = now + RequestSigner.lifetime
        let skew = RequestSigner.clockSkew
        #expect(code(header, tenant: tenant, epoch: .first, now: now) == nil)
        #expect(code(header, tenant: tenant, epoch: .first, now: expiry) == nil)
        #expect(code(header, tenant: tenant, epoch: .first, now: expiry + skew + .seconds(-1)) == nil)
        #expect(code(header, tenant: tenant, epoch: .first, now: expiry + skew) == .expired)
        #expect(code(header, tenant: tenant, epoch: .first, now: expiry + .seconds(86_400)) == .expired)
    }

    @Test("A signer whose clock is a little ahead is believed, one far ahead is not")
    func clockAhead() {
        let skew = RequestSigner.clockSkew
        let ahead = signer.sign(tenant: tenant, epoch: .first, scope: .tenant, expiry: now + RequestSigner.lifetime)
        #expect(code(ahead, tenant: tenant, epoch: .first, now: now + .seconds(-skew.components.seconds)) == nil)
        #expect(
            code(ahead, tenant: tenant, epoch: .first, now: now + .seconds(-skew.components.seconds - 1)) == .expired
        )
    }

    @Test("Ten thousand random requests are accepted as signed, and refused with one part of another")
    func randomRequests() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10_000 {
            let tenants = [TenantID.make(at: now), TenantID.make(at: now)]
            let epochs = [1, 2].map { Epoch(rawValue: $0 * Int64.random(in: 1...1 << 40, using: &generator)) }
            let lifetime = Duration.seconds(Int64.random(in: 1...60, using: &generator))
            let header = signer.sign(tenant: tenants[0], epoch: epochs[0], scope: .tenant, expiry: now + lifetime)
            let isAccepted = code(header, tenant: tenants[0], epoch: epochs[0], now: now) == nil
            let isOtherRefused =
                code(header, tenant: tenants[1], epoch: epochs[0], now: now) == .mismatch
                && (epochs[0] == epochs[1] || code(header, tenant: tenants[0], epoch: epochs[1], now: now) == .mismatch)
            guard isAccepted, isOtherRefused else {
                Issue.record("\(header) for \(tenants) and \(epochs)")
                return
            }
        }
    }
}
