import FoundationEssentials
import HubModel
import Testing

@testable import TenantCache

@Suite("Which lists of projects are asked of the cache")
struct ListKeepingTests {
    private let keeping = ListKeeping()
    private let tenant = TenantID(.numbered(1))
    private let start = ContinuousClock.now

    @Test("A large list that is ended before it was found is passed by for twice as many requests each time")
    func losses() {
        fill()
        var passed: [Int] = []
        for _ in 0..<8 {
            fill()
            passed.append(requestsPassed())
        }
        #expect(passed == [2, 4, 8, 16, 32, 64, 64, 64])
    }

    @Test("One that was found often enough is asked for again at once, and has a clean record")
    func gains() {
        fill()
        fill()
        fill()
        #expect(requestsPassed() == 4)
        find(ListKeeping.enough)
        fill()
        #expect(requestsPassed() == 0)
        find(ListKeeping.enough - 1)
        fill()
        #expect(requestsPassed() == 2)
    }

    @Test("A small list, and another tenant's, are always asked for")
    func small() {
        for _ in 0..<10 { keeping.note(.filled(bytes: ListKeeping.small), of: tenant, now: start) }
        #expect(requestsPassed() == 0)
        for _ in 0..<10 { fill() }
        #expect(keeping.isWanted(TenantID(.numbered(2)), now: start))
        #expect(!keeping.isWanted(tenant, now: start))
    }

    @Test("Who comes later tries again: after ten seconds, and after a minute when the list was too long")
    func time() {
        for _ in 0..<10 { fill() }
        #expect(!keeping.isWanted(tenant, now: start + .seconds(9)))
        #expect(keeping.isWanted(tenant, now: start + .seconds(10)))
        keeping.note(.tooLong, of: tenant, now: start)
        for _ in 0..<1000 { #expect(!keeping.isWanted(tenant, now: start + .seconds(59))) }
        #expect(keeping.isWanted(tenant, now: start + .seconds(60)))
    }

    // MARK: - Private

    private func fill() {
        keeping.note(.filled(bytes: ListKeeping.small + 1), of: tenant, now: start)
    }

    private func find(_ times: Int) {
        for _ in 0..<times { keeping.note(.found, of: tenant, now: start) }
    }

    /// How many requests in a row do not ask.
    private func requestsPassed() -> Int {
        var passed = 0
        while !keeping.isWanted(tenant, now: start) { passed += 1 }
        return passed
    }
}
