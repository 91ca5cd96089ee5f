import Directory
import HubModel
import Postgres
import Testing

@Suite("Who serves which tenants at one moment", .serialized)
struct PlacementTests {
    /// All tenants of a shard, a few at a time.
    private func walk(_ shard: ShardID, _ placement: DirectoryPlacement) async throws -> [TenantID] {
        try await placement.begin(shard)
        var tenants: [TenantID] = []
        while case let piece = try await placement.next(shard, limit: 2), !piece.isEmpty { tenants += piece }
        return tenants
    }

    @Test("A tenant that is moved while the shards are read is at exactly one of them")
    func moved() async throws {
        try await withDirectory { directory in
            var us: [TenantID] = []
            for number in 1...5 { us.append(try await directory.register("far-\(number)", in: "eu").id) }
            let other = try await directory.register("acme")
            let found = try await directory.store.withPlacement { placement in
                let before = try await walk("eu-1", placement)
                _ = try await directory.owner.query(
                    "UPDATE tenants SET shard = 'us-1', epoch = epoch + 1 WHERE id = \(us[0].uuid)"
                )
                let after = try await [walk("us-1", placement), walk("us-2", placement)].flatMap { $0 }
                return (before, after)
            }
            #expect(found.0 == us.sorted() && found.1 == [other.id])
            let now = try await directory.store.withPlacement { try await walk("us-1", $0) + walk("us-2", $0) }
            #expect(Set(now) == [us[0], other.id])
        }
    }

    @Test("A tenant that is being erased is left out, and a suspended one is not")
    func states() async throws {
        try await withDirectory { directory in
            let (first, second) = (
                try await directory.register("alpha", in: "eu"), try await directory.register("beta", in: "eu")
            )
            _ = try await directory.store.setState(of: first.id, to: .suspended, OperatorContext())
            _ = try await directory.owner.query("UPDATE tenants SET state = 'deleting' WHERE id = \(second.id.uuid)")
            #expect(try await directory.store.withPlacement { try await walk("eu-1", $0) } == [first.id])
        }
    }
}
