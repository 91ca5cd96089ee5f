import Caching
import FoundationEssentials
import HubModel
import ShardStore
import Testing

@testable import TenantCache

@Suite("The auditor's judgement")
struct CacheAuditTests {
    private static let now = Timestamp(microseconds: 1_800_000_000_000_000)
    private static let user = UserID(.numbered(1))

    private func item(sessions: [(UInt8, Duration)], name: String = "Ann", hasAll: Bool = true) throws -> CachedBytes {
        let profile = UserProfile(
            id: CacheAuditTests.user,
            email: try #require(EmailAddress("ann@acme.example")),
            fullName: name,
            role: .user,
            createdAt: CacheAuditTests.now,
            updatedAt: CacheAuditTests.now
        )
        let told = sessions.map {
            UserAuthorisation.Session(
                id: SessionID(.numbered($0.0)),
                expiresAt: CacheAuditTests.now + $0.1,
                impersonator: nil
            )
        }
        let contents = CachedContents(UserAuthorisation(user: profile, sessions: told, hasAllSessions: hasAll))
        return CachedBytes(contents.bytes, fill: FillToken(high: 1, low: 2))
    }

    private func agree(_ item: CachedBytes, _ rows: CachedBytes, _ subject: CacheSubject = .user(user)) -> Bool? {
        CacheAudit.agree(item, rows, on: subject, at: CacheAuditTests.now)
    }

    @Test("A session that has expired since the fill is no difference")
    func expiry() throws {
        let filled = try item(sessions: [(1, .seconds(3600)), (2, .seconds(-60)), (3, .seconds(2))])
        #expect(agree(filled, try item(sessions: [(1, .seconds(3600))])) == true)
    }

    @Test("A session that has not expired, a name and a user that is gone are differences")
    func differences() throws {
        let filled = try item(sessions: [(1, .seconds(3600)), (2, .seconds(60))])
        #expect(agree(filled, try item(sessions: [(1, .seconds(3600))])) == false)
        #expect(agree(filled, try item(sessions: [(1, .seconds(3600)), (2, .seconds(60))], name: "Bea")) == false)
        let nobody = CachedBytes(CachedContents<UserAuthorisation>(nil).bytes, fill: filled.fill)
        #expect(agree(filled, nobody) == false)
        #expect(agree(filled, nobody, .settings) == false)
    }

    @Test("Of more sessions than are told nothing is concluded, unless the items are the same")
    func incomplete() throws {
        let filled = try item(sessions: [(1, .seconds(3600)), (2, .seconds(-60))], hasAll: false)
        #expect(agree(filled, try item(sessions: [(1, .seconds(3600)), (3, .seconds(9))], hasAll: false)) == nil)
        #expect(agree(filled, filled) == true)
    }
}
