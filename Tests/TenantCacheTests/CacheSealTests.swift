import Caching
import HubModel
import Testing

@testable import TenantCache

@Suite("Seals of cached values")
struct CacheSealTests {
    private let seal = CacheSeal(secret: Array("secret".utf8))
    private let item = CachedBytes(Array("contents".utf8), fill: FillToken(high: 1, low: 2))

    @Test("A value is opened under the key it was sealed for, with its fill", arguments: [0, 1, 63, 64, 65, 25_000])
    func opening(length: Int) {
        let item = CachedBytes((0..<length).map { UInt8(truncatingIfNeeded: $0) }, fill: .numbered(9))
        let sealed = seal.seal(item, under: "key")
        #expect(sealed.count == length + CacheSeal.overhead)
        #expect(seal.open(sealed, under: "key") == item)
        #expect(CacheSeal(secret: Array("secret".utf8)).open(sealed, under: "key") == item, "another backend")
    }

    @Test("A value with any bit changed is refused")
    func bits() {
        let sealed = seal.seal(item, under: "key")
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(seal.open(changed, under: "key") == nil, "bit \(bit)")
        }
    }

    @Test("A value cut short anywhere, at either end, or lengthened is refused")
    func lengths() {
        let sealed = seal.seal(item, under: "key")
        for length in 0..<sealed.count {
            #expect(seal.open(Array(sealed.prefix(length)), under: "key") == nil)
            #expect(seal.open(Array(sealed.suffix(length)), under: "key") == nil)
        }
        #expect(seal.open(sealed + [0], under: "key") == nil)
    }

    @Test("A value under any other key is refused: of another shard, gate epoch, tenant, tenant epoch or subject")
    func keys() throws {
        let shards = [try #require(ShardID("us-1")), try #require(ShardID("us-2"))]
        let keys: [CacheKey] = [
            .sample(), .sample(2), .sample(1, .settings), .sample(1, .user(UserID(.numbered(1)))),
            .sample(1, .user(UserID(.numbered(2)))), .sample(gate: 4), .sample(epoch: 2), .sample(gate: 31, epoch: 1),
        ]
        let names = shards.flatMap { shard in keys.map { CacheNamespace(shard).name($0) } }
        for name in names {
            let sealed = seal.seal(item, under: name)
            for other in names {
                #expect((seal.open(sealed, under: other) != nil) == (other == name), "\(name) as \(other)")
            }
        }
    }

    @Test("No byte can pass from the key to the value")
    func boundary() {
        let sealed = seal.seal(item, under: "key\u{1}")
        #expect(seal.open([1] + sealed, under: "key") == nil)
        #expect(seal.open(Array(sealed.dropFirst()), under: "key\u{1}\u{1}") == nil)
    }

    @Test("A value sealed with another secret is refused")
    func secrets() {
        let other = CacheSeal(secret: Array("Secret".utf8))
        #expect(other.open(seal.seal(item, under: "key"), under: "key") == nil)
    }

    @Test("What is sealed does not depend on the release: these are the bytes")
    func format() {
        let sealed = seal.seal(item, under: "key")
        #expect(Array(sealed.prefix(17)) == [1] + [0, 0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 0, 0, 0, 0, 2])
        #expect(Array(sealed.dropFirst(17).prefix(8)) == item.bytes)
    }
}
