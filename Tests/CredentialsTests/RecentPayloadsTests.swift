import HubModel
import Testing

@testable import Credentials

@Suite("Payloads of recent tokens")
struct RecentPayloadsTests {
    private let payload = TokenPayload(
        TokenClaims(
            subject: UserID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c02")!,
            tenant: nil,
            role: .superAdmin,
            session: SessionID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c03")!,
            audience: "hub.localhost",
            issuedAt: Timestamp(microseconds: 0),
            expiresAt: Timestamp(microseconds: 1)
        ),
        issuer: "hub.localhost"
    )

    @Test("However many come, a bounded number is held, and one that is used stays")
    func bounded() {
        var recent = RecentPayloads()
        recent.insert(payload, of: "used")
        for number in 0..<50_000 {
            recent.insert(payload, of: "token \(number)")
            if number.isMultiple(of: 1000) { #expect(recent.find("used") != nil) }
        }
        #expect(recent.count <= 8192)
        #expect(recent.find("token 0") == nil)
        #expect(recent.find("token 49999") != nil)
    }
}
