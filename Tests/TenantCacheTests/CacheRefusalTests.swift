import Caching
import HubModel
import Redis
import Testing

@testable import TenantCache

@Suite("What others wrote into the cache", .timeLimit(.minutes(2)))
struct CacheRefusalTests {
    private let key = CacheKey.sample()
    private let other = CacheKey.sample(1, .settings)
    private let value = CachedBytes(Array("the projects".utf8), fill: .numbered(1))

    @Test("It is never served: the reader goes to the primary, fills nothing, and it is gone")
    func values() async throws {
        try await CacheServerFixture.with { fixture in
            for key in [key, other] {
                _ = await fixture.read(key, value.fill)
                #expect(await fixture.fill(key, value) == 1)
            }
            let sealed = try #require(try await fixture.stored(key))
            var flipped = sealed
            flipped[flipped.count / 2] ^= 1
            let contents: [[UInt8]] = [
                try #require(try await fixture.stored(other)),  // a value moved from another key
                flipped, sealed.dropLast(), Array("V".utf8),
                [], Array("nonsense".utf8), Array("L".utf8), Array("Lshort".utf8), Array("?".utf8), Array("O".utf8),
                Array("F".utf8), Array("F1".utf8), Array("F1@".utf8), Array("F1@2,".utf8), Array("F,1@2".utf8),
                Array("F01@2".utf8), Array("F1@02".utf8), Array("F1@2 ".utf8), Array("F-1@2".utf8),
                Array("F18446744073709551616@2".utf8), Array("F111111111111111111111@2".utf8),
                Array("F1@9007199254740992".utf8), Array("F1.5@2".utf8),
            ]
            var refused = 0
            for bytes in contents {
                let name = fixture.server.namespace.name(key)
                _ = try await fixture.connection.command("SET", RedisArgument(name), RedisArgument(bytes))
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(try await fixture.server.peek(key) == nil, "\(text)")
                #expect(await fixture.read(key, .numbered(5))?.doubtful == [], "\(text)")
                refused += 1
                #expect(fixture.server.statistics.refused == refused, "\(text)")
                #expect(try await fixture.stored(key) == nil, "\(text)")
                #expect(await fixture.fill(key, value) == 0, "\(text)")
            }
            #expect(fixture.server.statistics.errors == 0)
            #expect(await fixture.read(other, .numbered(6))?.value == value, "its neighbour is untouched")
        }
    }

    @Test("A list, a set or a hash under a key is removed too, and one under the sentinel is a foreign server")
    func types() async throws {
        try await CacheServerFixture.with { fixture in
            let name = RedisArgument(fixture.server.namespace.name(key))
            _ = try await fixture.connection.command("RPUSH", name, "1")
            #expect(await fixture.read(key, value.fill)?.doubtful == [])
            #expect(await fixture.read(key, value.fill)?.isLeased == true)
            for operation: CacheCommand<CachedBytes>.Operation in [
                .fence([key], WriterID(rawValue: 5)), .unfence([key], [WriterID(rawValue: 5)]),
                .fill([(key, value)], value.fill),
            ] {
                _ = try await fixture.connection.command("DEL", name)
                _ = try await fixture.connection.command("RPUSH", name, "1")
                #expect(await fixture.run(operation) != nil)
            }
            #expect(fixture.server.statistics.errors == 0)

            let sentinel = RedisArgument(fixture.server.namespace.sentinel)
            _ = try await fixture.connection.command("DEL", sentinel)
            _ = try await fixture.connection.command("RPUSH", sentinel, "1")
            for operation: CacheCommand<CachedBytes>.Operation in [
                .read([key], value.fill), .fill([(key, value)], value.fill), .fence([key], WriterID(rawValue: 5)),
                .unfence([key], []),
            ] {
                guard case .foreign = await fixture.run(operation) else {
                    Issue.record("\(operation)")
                    continue
                }
            }
        }
    }

    @Test("Among several items only the refused one is read from the primary and left unfilled")
    func several() async throws {
        try await CacheServerFixture.with { fixture in
            _ = await fixture.read(other, value.fill)
            #expect(await fixture.fill(other, value) == 1)
            let name = RedisArgument(fixture.server.namespace.name(key))
            for absent in [CacheKey.sample(1, .ownership), nil] {
                _ = try await fixture.connection.command("SET", name, "Vwrong")
                let keys = [other, key] + (absent.map { [$0] } ?? [])
                guard case .readings(let readings) = await fixture.run(.read(keys, .numbered(8))) else {
                    Issue.record("no readings")
                    return
                }
                #expect(readings[0].value == value)
                #expect(readings[1].doubtful == [])
                if absent != nil { #expect(readings[2].isLeased) }
                #expect(try await fixture.stored(key) == nil)
            }
            #expect(fixture.server.statistics.refused == 2)
        }
    }

    @Test("A refused item that was replaced meanwhile stays")
    func replaced() async throws {
        try await CacheServerFixture.with { fixture in
            let name = RedisArgument(fixture.server.namespace.name(key))
            _ = await fixture.run(.fence([key], WriterID(rawValue: 5)))
            let removed = try await fixture.connection.execute(
                CacheScripts().discard,
                keys: [name],
                arguments: ["Vwrong"]
            )
            #expect(removed.reply == .integer(0))
            #expect(await fixture.read(key, .numbered(1))?.doubtful == [])
            #expect(fixture.server.statistics.refused == 0)
        }
    }

    @Test("A backend with another secret believes nothing of it")
    func secrets() async throws {
        try await CacheServerFixture.with { fixture in
            _ = await fixture.read(key, value.fill)
            #expect(await fixture.fill(key, value) == 1)
            let stranger = try CacheServerFixture.server(on: fixture.connection, secret: [1, 2, 3])
            #expect(try await stranger.peek(key) == nil)
            #expect(try await fixture.server.peek(key) == value)
            let reply = await stranger.run(CacheCommand(nonce: fixture.nonce, .read([key], .numbered(2))))
            guard case .readings(let readings) = reply?.outcome else {
                Issue.record("no readings")
                return
            }
            #expect(readings[0].doubtful == [])
            #expect(stranger.statistics.refused == 1)
        }
    }
}
