import HubModel
import HubWire
import Testing

@Suite("The cache of signatures")
struct SignatureCacheTests {
    private let key = Array("0123456789abcdef0123456789abcdef".utf8)
    private let start = Timestamp("2025-12-22T14:30:00Z")!

    private func tenant(_ number: Int) -> TenantID {
        TenantID(
            "019b45f0-7d1a-7c33-8a11-" + String(repeating: "0", count: 12 - String(number).count) + String(number)
        )!
    }

    private func cache(capacity: Int = 8192) -> SignatureCache {
        SignatureCache(signer: RequestSigner(key: key), capacity: capacity)
    }

    @Test("A signature is made once per tenant and interval")
    func oncePerInterval() {
        var cache = cache()
        let first = cache.headers(tenant: tenant(1), epoch: .first, now: start)
        let late = start + RequestSigner.mintInterval + .microseconds(-1)
        #expect(cache.headers(tenant: tenant(1), epoch: .first, now: late) == first)
        let next = cache.headers(tenant: tenant(1), epoch: .first, now: start + RequestSigner.mintInterval)
        #expect(next.signature != first.signature)
    }

    @Test("A signature from the cache is always accepted, and for the asked tenant and epoch")
    func alwaysAccepted() throws {
        var cache = cache(capacity: 16)
        let verifier = SignatureVerifier(key: key)
        var now = start
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            now = now + .milliseconds(Int64.random(in: 0...200, using: &generator))
            let tenant = tenant(.random(in: 0..<40, using: &generator))
            let epoch = Epoch(rawValue: .random(in: 1...2, using: &generator))
            let headers = cache.headers(tenant: tenant, epoch: epoch, now: now)
            #expect(headers.tenant == tenant.description && headers.epoch == epoch.description)
            // It must outlast what a request may take on its way.
            let arrival = now + RequestSigner.lifetime + .seconds(-RequestSigner.mintInterval.components.seconds)
            for moment in [now, arrival] {
                try verifier.verify(headers.signature, tenant: tenant, epoch: epoch, scope: .tenant, now: moment)
            }
        }
    }

    @Test("A new epoch is signed at once")
    func newEpoch() {
        var cache = cache()
        let old = cache.headers(tenant: tenant(1), epoch: .first, now: start)
        let new = cache.headers(tenant: tenant(1), epoch: Epoch.first.next, now: start)
        #expect(new.epoch == "2")
        #expect(new.signature != old.signature)
    }

    @Test("A clock that was set back makes a new signature, whose expiry is near again")
    func clockSetBack() throws {
        var cache = cache()
        _ = cache.headers(tenant: tenant(1), epoch: .first, now: start)
        let earlier = start + .seconds(-3600)
        let headers = cache.headers(tenant: tenant(1), epoch: .first, now: earlier)
        let verifier = SignatureVerifier(key: key)
        try verifier.verify(headers.signature, tenant: tenant(1), epoch: .first, scope: .tenant, now: earlier)
    }

    @Test("The cache never holds more tenants than its capacity", arguments: [2, 3, 64])
    func bounded(capacity: Int) {
        var cache = cache(capacity: capacity)
        for number in 0..<1000 {
            _ = cache.headers(tenant: tenant(number), epoch: .first, now: start)
            #expect(cache.count <= capacity)
        }
    }

    @Test("A tenant in use stays, however many others pass by")
    func keepsWhatIsUsed() {
        var cache = cache(capacity: 64)
        let first = cache.headers(tenant: tenant(0), epoch: .first, now: start)
        // A signature made later has another expiry, so that a second one would be seen.
        let later = start + .seconds(10)
        for number in 1..<1000 {
            _ = cache.headers(tenant: tenant(number), epoch: .first, now: later)
            #expect(cache.headers(tenant: tenant(0), epoch: .first, now: later) == first)
        }
    }

    @Test("The block is the three header fields as lines of HTTP/1.1")
    func block() {
        var cache = cache()
        let headers = cache.headers(tenant: tenant(1), epoch: .first, now: start)
        let expected =
            "hub-tenant: 019b45f0-7d1a-7c33-8a11-000000000001\r\nhub-epoch: 1\r\nhub-signature: \(headers.signature)\r\n"
        #expect(String(decoding: headers.block, as: UTF8.self) == expected)
    }
}
