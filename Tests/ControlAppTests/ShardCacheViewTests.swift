import HubModel
import HubWire
import Observability
import Testing

@testable import ControlApp

@Suite("How a shard's cache is told")
struct ShardCacheViewTests {
    private let gate = CacheGateView(epoch: 4, mode: .on, isLeased: true, reason: nil)

    private func counts(hits: Int, misses: Int, bypasses: Int) -> CacheCountsView {
        CacheCountsView(
            hits: hits,
            misses: misses,
            bypasses: bypasses,
            fills: 0,
            refused: 0,
            fences: 0,
            closings: 0,
            audited: 0,
            inconsistent: 0
        )
    }

    @Test("Rates are those of each backend and of all, and tenants have their names as long as they exist")
    func view() throws {
        let (acme, gone) = (TenantID.make(at: .now()), TenantID.make(at: .now()))
        let server = CacheServerView(usedBytes: 5000, maximumBytes: nil, evictions: 7)
        func status(_ counts: CacheCountsView, _ server: CacheServerView?) -> BackendCacheStatus {
            .known(InternalCacheStatus(gate: gate, counts: counts, server: server, tenants: []))
        }
        let view = ShardCacheView(
            of: try #require(ShardID("us-1")),
            in: try #require(RegionID("us")),
            statuses: [
                (try #require(ProcessName("a")), status(counts(hits: 3, misses: 1, bypasses: 0), nil)),
                (try #require(ProcessName("b")), .unknown("it is down")),
                (try #require(ProcessName("c")), status(counts(hits: 0, misses: 0, bypasses: 5), server)),
            ],
            shares: [
                InternalCacheShare(tenantId: acme, keys: 3, bytes: 300),
                InternalCacheShare(tenantId: gone, keys: 1, bytes: 10),
            ],
            names: [acme: try #require(Subdomain("acme"))]
        )
        #expect(view.backends.map(\.hitRate) == [0.75, nil, 0])
        #expect(view.backends.map(\.error) == [nil, "it is down", nil])
        #expect(view.hitRate == 0.3333 && view.server == server)
        #expect(view.tenants.map(\.subdomain?.rawValue) == ["acme", nil])
    }
}
