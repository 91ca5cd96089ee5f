import ControlApp
import HubModel
import Testing

@Suite("The throttle of an address")
struct AddressThrottleTests {
    private let start = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test("An address may do it a few times in a row, then once per interval")
    func bucket() {
        var throttle = AddressThrottle(allowance: .init(burst: 3, interval: .seconds(10)))
        for _ in 1...3 { #expect(throttle.take("a", now: start) == nil) }
        #expect(throttle.take("a", now: start) == .seconds(10))
        #expect(throttle.take("a", now: start + .seconds(4)) == .seconds(6))
        #expect(throttle.take("b", now: start) == nil, "another address has its own")
        #expect(throttle.take("a", now: start + .seconds(10)) == nil)
        #expect(throttle.take("a", now: start + .seconds(10)) == .seconds(10))
    }

    @Test("A quiet address has its whole allowance again")
    func refill() {
        var throttle = AddressThrottle(allowance: .init(burst: 2, interval: .seconds(10)))
        for _ in 1...2 { #expect(throttle.take("a", now: start) == nil) }
        for _ in 1...2 { #expect(throttle.take("a", now: start + .seconds(60)) == nil) }
        #expect(throttle.take("a", now: start + .seconds(60)) != nil)
    }

    @Test("Only so many addresses are remembered; a busy one is not forgotten for quiet ones")
    func capacity() {
        var throttle = AddressThrottle(allowance: .init(burst: 2, interval: .seconds(10)), capacity: 3)
        for _ in 1...2 { #expect(throttle.take("busy", now: start) == nil) }
        for number in 1...50 { #expect(throttle.take("\(number)", now: start) == nil) }
        #expect(throttle.take("busy", now: start) != nil)
    }
}
