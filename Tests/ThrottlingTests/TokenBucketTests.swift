import HubModel
import Testing
import Throttling

@Suite("Token buckets")
struct TokenBucketTests {
    private let start = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test("A key may do it a few times in a row, then once per interval")
    func bucket() {
        var buckets = TokenBuckets<String>(rate: .init(quota: 3, window: .seconds(30)))
        for left in [2, 1, 0] {
            #expect(buckets.take("a", now: start) == nil)
            #expect(buckets["a"].remaining(at: buckets.rate, now: start) == left)
        }
        #expect(buckets["a"].refill(at: buckets.rate, now: start) == .seconds(30))
        #expect(buckets.take("a", now: start) == .seconds(10))
        #expect(buckets.take("a", now: start + .seconds(4)) == .seconds(6))
        #expect(buckets.take("b", now: start) == nil, "another key has its own")
        #expect(buckets.take("a", now: start + .seconds(10)) == nil)
        #expect(buckets.take("a", now: start + .seconds(10)) == .seconds(10))
    }

    @Test("A quiet key has its whole allowance again, and is forgotten")
    func refill() {
        var buckets = TokenBuckets<String>(rate: .init(quota: 2, window: .seconds(20)))
        for _ in 1...2 { #expect(buckets.take("a", now: start) == nil) }
        for _ in 1...2 { #expect(buckets.take("a", now: start + .seconds(60)) == nil) }
        #expect(buckets.take("a", now: start + .seconds(60)) != nil)
        buckets.set(buckets["a"], of: "a", now: start + .seconds(80))
        #expect(buckets.count == 0)
    }

    @Test("Only so many keys are remembered; a busy one is not forgotten for quiet ones")
    func capacity() {
        var buckets = TokenBuckets<String>(rate: .init(quota: 2, window: .seconds(20)), capacity: 30)
        for _ in 1...2 { #expect(buckets.take("busy", now: start) == nil) }
        for number in 1...500 {
            #expect(buckets.take("\(number)", now: start) == nil)
            #expect(buckets.count <= 30)
        }
        #expect(buckets.take("busy", now: start) != nil)
    }

    @Test("A clock that was ahead holds nobody up for longer than an empty bucket does")
    func clockAhead() {
        let rate = TokenBucket.Rate(quota: 4, window: .seconds(40))
        var bucket = TokenBucket()
        for _ in 1...4 { bucket.take(at: rate, now: start + .seconds(100_000)) }
        #expect(bucket.wait(at: rate, now: start) == .seconds(10))
        #expect(bucket.remaining(at: rate, now: start) == 0)
    }
}
