import Testing

@testable import Postgres

@Suite("The cache of prepared statements")
struct StatementCacheTests {
    private func key(_ sql: String, _ types: [UInt32] = []) -> StatementCache.Key {
        StatementCache.Key(sql: sql, types: types)
    }

    @Test("knows a statement by its text and the types of its parameters")
    func identity() {
        var cache = StatementCache(capacity: 8)
        #expect(cache.use(key("a")) == .prepare("s1", evicted: nil))
        #expect(cache.use(key("a")) == .known("s1"))
        #expect(cache.use(key("a", [20])) == .prepare("s2", evicted: nil))
        #expect(cache.use(key("a", [23])) == .prepare("s3", evicted: nil))
        #expect(cache.use(key("a", [20])) == .known("s2"))
    }

    @Test("makes room by the statement that was not used for longest")
    func eviction() {
        var cache = StatementCache(capacity: 2)
        _ = cache.use(key("a"))
        _ = cache.use(key("b"))
        _ = cache.use(key("a"))
        #expect(cache.use(key("c")) == .prepare("s3", evicted: "s2"))
        #expect(cache.use(key("a")) == .known("s1"))
        #expect(cache.use(key("b")) == .prepare("s4", evicted: "s3"))
        #expect(cache.count == 2)
    }

    @Test("forgets a statement only under the name that failed")
    func forgetting() {
        var cache = StatementCache(capacity: 2)
        _ = cache.use(key("a"))
        cache.forget(key("a"), name: "s0")
        #expect(cache.use(key("a")) == .known("s1"))
        cache.forget(key("a"), name: "s1")
        #expect(cache.name(of: key("a")) == nil)
        #expect(cache.use(key("a")) == .prepare("s2", evicted: nil))
    }
}
