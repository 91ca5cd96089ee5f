import Caching
import HubModel
import Redis
import Testing

@testable import TenantCache

@Suite("Looking at what is in the cache, and sweeping it", .timeLimit(.minutes(2)))
struct CacheKeepingTests {
    /// Puts a value of some length under a key.
    private func put(_ key: CacheKey, _ length: Int, _ fixture: CacheServerFixture) async throws {
        let value = CachedBytes([UInt8](repeating: 1, count: length), fill: .numbered(1))
        #expect(await fixture.read(key, value.fill)?.isLeased == true)
        #expect(await fixture.fill(key, value) == 1)
    }

    @Test("A sweep removes the items of older openings of this shard's gate, fences too, and nothing else")
    func sweep() async throws {
        try await CacheServerFixture.with { fixture in
            let other = try CacheServerFixture.server(on: fixture.connection, shard: "us-10")
            let nonce = GateNonce(high: 5, low: 5)
            _ = try await other.install(nonce)
            for number in 0..<40 as Range<UInt8> {
                for gate in [1, 2, 3, 4, 10] as [Int64] {
                    _ = await fixture.run(.read([.sample(number, gate: gate)], .numbered(1)))
                    _ = await fixture.run(.fence([.sample(number, .settings, gate: gate)], WriterID(rawValue: 3)))
                    _ = await other.run(CacheCommand(nonce: nonce, .read([.sample(number, gate: gate)], .numbered(1))))
                }
            }
            for name in ["login", "hub:cache:us-1:1", "hub:cache:us-1:1:{}:1:projects"] {
                _ = try await fixture.connection.command("SET", RedisArgument(name), "1")
            }
            let before = try #require(try await fixture.connection.command("DBSIZE").integer)
            let (removed, next) = try await fixture.server.sweep(keeping: .sample)
            #expect(removed == 160 && next == nil)
            #expect(try await fixture.connection.command("DBSIZE").integer == before - 160)
            #expect(try await fixture.server.sweep(keeping: .sample).removed == 0)
            #expect(await fixture.read(.sample(), .numbered(1))?.isLeased == true, "the sentinel is there")
            for number in 0..<40 as Range<UInt8> {
                #expect(try await fixture.stored(.sample(number, gate: 2)) == nil)
                #expect(try await fixture.stored(.sample(number, gate: 10)) != nil)
            }
        }
    }

    @Test("A sweep stops after the steps it is allowed, and goes on where it stopped")
    func boundedSweep() async throws {
        try await CacheServerFixture.with { fixture in
            let commands = (0..<3000).map { number -> [RedisArgument] in
                let user = CacheSubject.user(UserID(.numbered(UInt8(number % 250))))
                let key = CacheKey.sample(UInt8(number / 250), user, gate: 2)
                return ["SET", RedisArgument(fixture.server.namespace.name(key)), "L"]
            }
            _ = try await fixture.connection.pipeline(commands)
            var (removed, calls) = (0, 0)
            var cursor: CacheScan.Cursor? = .start
            while let current = cursor {
                let outcome = try await fixture.server.sweep(keeping: .sample, from: current, limit: 1)
                #expect(outcome.removed < 1500)
                removed += outcome.removed
                calls += 1
                cursor = outcome.next
            }
            #expect(removed == 3000)
            #expect(calls >= 4)
        }
    }

    @Test("A census names the tenants with the most bytes of the current opening, and what the server says of itself")
    func census() async throws {
        try await CacheServerFixture.with(options: ["--maxmemory", "64mb"]) { fixture in
            try await put(.sample(1, .projects), 5000, fixture)
            try await put(.sample(1, .settings), 10, fixture)
            try await put(.sample(2, .projects), 90_000, fixture)
            try await put(.sample(3, .projects), 100, fixture)
            try await put(.sample(4, .projects, gate: 2), 500_000, fixture)
            try await put(.sample(5, .projects, gate: 33), 500_000, fixture)
            let census = try await fixture.server.census(at: .sample, limit: 2)
            #expect(census.maximumBytes == 64 << 20)
            #expect(census.usedBytes > 1_000_000 && census.usedBytes < 64 << 20)
            #expect(census.evictions == 0)
            #expect(census.tenants.map(\.tenant) == [TenantID(.numbered(2)), TenantID(.numbered(1))])
            #expect(census.tenants.map(\.keys) == [1, 2])
            #expect(census.tenants[0].bytes > 90_000 && census.tenants[0].bytes < 140_000)
            #expect(census.tenants[1].bytes > 5010 && census.tenants[1].bytes < 8000)
        }
    }

    @Test("A sample draws items of this shard alone, with all that their names say")
    func sample() async throws {
        try await CacheServerFixture.with { fixture in
            let keys: Set<CacheKey> = [
                .sample(1, .projects), .sample(1, .user(UserID(.numbered(9)))), .sample(2, .ownership, epoch: 4),
            ]
            for key in keys { _ = await fixture.read(key, .numbered(1)) }
            for number in 0..<3 { _ = try await fixture.connection.command("SET", "hub:{login}:\(number)", "1") }
            #expect(try await fixture.server.sample(0).isEmpty)
            #expect(Set(try await fixture.server.sample(400)) == keys)
            #expect(try await fixture.server.sample(1).count <= 1)
        }
    }

    @Test("To peek takes no lease and fills nothing")
    func peek() async throws {
        try await CacheServerFixture.with { fixture in
            let key = CacheKey.sample()
            #expect(try await fixture.server.peek(key) == nil)
            #expect(try await fixture.stored(key) == nil)
            _ = await fixture.run(.fence([key], WriterID(rawValue: 3)))
            #expect(try await fixture.server.peek(key) == nil)
            _ = await fixture.run(.unfence([key], [WriterID(rawValue: 3)]))
            try await put(key, 3, fixture)
            #expect(try await fixture.server.peek(key) == CachedBytes([1, 1, 1], fill: .numbered(1)))
        }
    }
}
