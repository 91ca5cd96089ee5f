import Caching
import HubModel
import HubTesting
import Redis
import Testing

@testable import TenantCache

@Suite("Making a Redis ready for the cache", .timeLimit(.minutes(2)))
struct CacheInstallingTests {
    @Test(
        "A server that never evicts what has no time to live is fit, and any other is not",
        arguments: [
            ("noeviction", true), ("volatile-lru", true), ("volatile-lfu", true), ("volatile-random", true),
            ("volatile-ttl", true), ("allkeys-lru", false), ("allkeys-lfu", false), ("allkeys-random", false),
        ]
    )
    func policies(policy: String, isFit: Bool) async throws {
        let options = ["--maxmemory", "64mb", "--maxmemory-policy", policy]
        try await CacheServerFixture.with(options: options, isInstalled: false) { fixture in
            let sentinel = RedisArgument(fixture.server.namespace.sentinel)
            if isFit {
                _ = try await fixture.server.install(fixture.nonce)
                #expect(try await fixture.connection.command("GET", sentinel).string == fixture.nonce.hexadecimal)
                #expect(try await fixture.connection.command("PTTL", sentinel) == .integer(-1))
            } else {
                let error = try await #require(throws: RedisError.self) {
                    try await fixture.server.install(fixture.nonce)
                }
                #expect(
                    "\(error)"
                        == "Redis at 127.0.0.1:\(fixture.redis.port) has the maxmemory-policy \(policy), under which "
                        + "the fences of the cache could be evicted: set it to volatile-lru."
                )
                #expect(try await fixture.connection.command("GET", sentinel) == .null)
            }
        }
    }

    @Test("A replica is refused")
    func replica() async throws {
        try await CacheServerFixture.with(isInstalled: false) { fixture in
            _ = try fixture.redis.ask("REPLICAOF 127.0.0.1 1")
            let error = try await #require(throws: RedisError.self) { try await fixture.server.install(fixture.nonce) }
            #expect(error.message.hasPrefix("is a replica"))
        }
    }

    @Test("A server without memory to write is refused; it makes no answer to a fence either")
    func memory() async throws {
        try await CacheServerFixture.with(options: ["--maxmemory-policy", "noeviction"]) { fixture in
            _ = try fixture.redis.ask("CONFIG SET maxmemory 1")
            let error = try await #require(throws: RedisError.self) { try await fixture.server.install(fixture.nonce) }
            #expect(error.code == .outOfMemory)
            #expect(await fixture.run(.fence([.sample()], WriterID(rawValue: 1))) == nil)
        }
    }

    @Test("After a new nonce nothing is answered under the old one")
    func nonces() async throws {
        try await CacheServerFixture.with { fixture in
            _ = try await fixture.server.install(GateNonce(high: 1, low: 1))
            guard case .foreign = await fixture.run(.read([.sample()], .numbered(1))) else {
                Issue.record("answered under an old nonce")
                return
            }
        }
    }

    @Test("Under memory pressure values and leases go, and every fence and the sentinel stay")
    func eviction() async throws {
        let options = ["--maxmemory", "4mb", "--maxmemory-policy", "volatile-lru"]
        try await CacheServerFixture.with(options: options) { fixture in
            let writer = WriterID(rawValue: 748)
            let fenced = (0..<50).map { CacheKey.sample(UInt8($0), .settings) }
            for key in fenced { #expect(await fixture.run(.fence([key], writer)) != nil) }
            let payload = [UInt8](repeating: 7, count: 50_000)
            for number in 0..<200 {
                let key = CacheKey.sample(UInt8(number), .projects)
                #expect(await fixture.read(key, .numbered(1))?.isLeased == true)
                #expect(await fixture.fill(key, CachedBytes(payload, fill: .numbered(1))) == 1)
            }
            let census = try await fixture.server.census(at: .sample, limit: 1000)
            #expect(census.evictions > 50)
            for key in fenced {
                #expect(await fixture.read(key, .numbered(1))?.doubtful != nil)
                #expect(await fixture.fill(key, CachedBytes(payload, fill: .numbered(1))) == 0)
            }
        }
    }
}

extension GateEpoch {
    /// That of ``CacheKey/sample(_:_:gate:epoch:)``.
    static let sample = GateEpoch(rawValue: 3)
}
