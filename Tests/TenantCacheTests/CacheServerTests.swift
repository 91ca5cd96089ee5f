import Caching
import HubModel
import HubTesting
import Redis
import Testing

@testable import TenantCache

@Suite("A shard's cache in Redis", .timeLimit(.minutes(2)))
struct CacheServerTests {
    private let key = CacheKey.sample()
    private let value = CachedBytes(Array("the projects".utf8), fill: .numbered(1))

    @Test("What one reader filled, the next reads with one native command")
    func hit() async throws {
        try await CacheServerFixture.with { fixture in
            #expect(await fixture.read(key, value.fill)?.isLeased == true)
            #expect(await fixture.fill(key, value) == 1)
            let scripts = try fixture.scriptRuns()
            #expect(await fixture.read(key, .numbered(2))?.value == value)
            #expect(try fixture.scriptRuns() == scripts)
            let stored = try #require(try await fixture.stored(key))
            #expect(stored.count == value.bytes.count + CacheSeal.overhead + 1)
        }
    }

    @Test("Values live for nine to ten tenths of their time, each by its own lot; leases for theirs")
    func lifetimes() async throws {
        try await CacheServerFixture.with(timing: CacheTiming(valueLifetime: .seconds(1000))) { fixture in
            var lifetimes: Set<Int> = []
            for number in 1...60 {
                let key = CacheKey.sample(UInt8(number))
                _ = await fixture.read(key, value.fill)
                let lease = try #require(try await fixture.remaining(key))
                #expect((5_000...10_000).contains(lease))
                #expect(await fixture.fill(key, value) == 1)
                lifetimes.insert(try #require(try await fixture.remaining(key)))
            }
            #expect(lifetimes.allSatisfy { (870_000...1_000_000).contains($0) })
            #expect(lifetimes.count > 40)
            let (least, most) = (try #require(lifetimes.min()), try #require(lifetimes.max()))
            #expect(most - least > 50_000)
        }
    }

    @Test("A value ends after its time, and a lease after its own: then another may fill, and the first no more")
    func expiry() async throws {
        let timing = CacheTiming(fillLease: .milliseconds(60), valueLifetime: .milliseconds(60))
        try await CacheServerFixture.with(timing: timing) { fixture in
            #expect(await fixture.read(key, value.fill)?.isLeased == true)
            try await waitFor("the lease to end") { await fixture.read(key, .numbered(2))?.isLeased == true }
            #expect(await fixture.fill(key, value) == 0)
            try await waitFor("a value to be filled and to end") {
                guard await fixture.read(key, .numbered(3))?.isLeased == true else { return false }
                return await fixture.fill(key, CachedBytes([1], fill: .numbered(3))) == 1
            }
            try await waitFor("the value to end") { await fixture.read(key, .numbered(4))?.isLeased == true }
        }
    }

    @Test("A fence has no end; it comes into doubt after its time by the clock of Redis")
    func doubt() async throws {
        let writer = WriterID(rawValue: 748)
        let timing = CacheTiming(
            fillLease: .milliseconds(1),
            fenceDoubt: .milliseconds(300),
            valueLifetime: .milliseconds(1)
        )
        try await CacheServerFixture.with(timing: timing) { fixture in
            let before = try await fixture.time()
            guard case .fenced = await fixture.run(.fence([key], writer)) else {
                Issue.record("no fence")
                return
            }
            let after = try await fixture.time()
            #expect(try await fixture.remaining(key) == -1)
            let text = String(decoding: try #require(try await fixture.stored(key)), as: UTF8.self)
            let since = try #require(text.split(separator: "@").last.flatMap { Int($0) })
            #expect(text.hasPrefix("F748@") && (before...after).contains(since), "\(before) \(text) \(after)")

            try await waitFor("the fence to be in doubt") {
                let reading = await fixture.read(key, .numbered(1))
                let now = try await fixture.time()
                let doubtful = try #require(reading?.doubtful)
                if !doubtful.isEmpty {
                    #expect(doubtful == [writer])
                    #expect(now - since >= 300_000)
                }
                return !doubtful.isEmpty
            }
            #expect(try await fixture.remaining(key) == -1)
            _ = await fixture.run(.unfence([key], [writer]))
            #expect(try await fixture.stored(key) == nil)
        }
    }

    @Test("A fence over a value takes its time to live away")
    func fenceOverValue() async throws {
        try await CacheServerFixture.with { fixture in
            _ = await fixture.read(key, value.fill)
            #expect(await fixture.fill(key, value) == 1)
            _ = await fixture.run(.fence([key], WriterID(rawValue: 1)))
            let remaining = try await fixture.remaining(key)
            #expect(remaining == -1)
            #expect(await fixture.fill(key, value) == 0)
        }
    }

    @Test("Two shards in one server never meet, nor do their sentinels")
    func shards() async throws {
        try await CacheServerFixture.with { fixture in
            let other = try CacheServerFixture.server(on: fixture.connection, shard: "us-2")
            let nonce = GateNonce(high: 5, low: 5)
            _ = try await other.install(nonce)
            _ = await fixture.read(key, value.fill)
            #expect(await fixture.fill(key, value) == 1)
            let reply = await other.run(CacheCommand(nonce: nonce, .read([key], .numbered(2))))
            guard case .readings(let readings) = reply?.outcome else {
                Issue.record("no readings")
                return
            }
            #expect(readings[0].isLeased)
            #expect(await fixture.read(key, .numbered(3))?.value == value)
        }
    }

    @Test("Replies name the server process that they came from")
    func server() async throws {
        try await CacheServerFixture.with(isInstalled: false) { fixture in
            let run = try await fixture.server.install(fixture.nonce)
            #expect(try fixture.redis.ask("INFO server").contains("run_id:\(run.rawValue)"))
            for operation: CacheCommand<CachedBytes>.Operation in [
                .read([key], value.fill), .fill([(key, value)], value.fill), .read([key], value.fill),
                .fence([key], WriterID(rawValue: 5)), .unfence([key], []),
            ] {
                for nonce in [fixture.nonce, GateNonce(high: 0, low: 0)] {
                    #expect(await fixture.server.run(CacheCommand(nonce: nonce, operation))?.server == run)
                }
            }
        }
    }

    @Test("A dead server gives no answer, and is counted")
    func dead() async throws {
        try await CacheServerFixture.with { fixture in
            fixture.redis.kill9()
            #expect(await fixture.run(.read([key], .numbered(1))) == nil)
            #expect(await fixture.run(.fence([key], WriterID(rawValue: 1))) == nil)
            #expect(fixture.server.statistics.commands == 2)
            #expect(fixture.server.statistics.errors == 2)
        }
    }
}

extension CacheReading<CachedBytes> {
    var value: CachedBytes? { if case .value(let value) = self { value } else { nil } }
    var isLeased: Bool { if case .leased = self { true } else { false } }
    var doubtful: [WriterID]? { if case .fenced(let doubtful) = self { doubtful } else { nil } }
}
