import HubModel
import Testing
import Throttling

@Suite("Neighbours")
struct NeighbourTests {
    private let acme = TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_000))
    private let globex = TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_001))

    @Test("Tenants are neighbours while they take turns, and for a quarter of a second after")
    func memory() {
        let start = ContinuousClock.now
        let neighbours = Neighbours(at: start)
        #expect(!neighbours.areThere(at: start))
        for second in 0..<5 { neighbours.note(acme, at: start + .seconds(second)) }
        #expect(!neighbours.areThere(at: start + .seconds(4)), "one tenant is alone however often it comes")
        neighbours.note(globex, at: start + .seconds(5))
        #expect(neighbours.areThere(at: start + .seconds(5)))
        #expect(neighbours.areThere(at: start + .seconds(5) + .milliseconds(249)))
        #expect(!neighbours.areThere(at: start + .seconds(5) + .milliseconds(250)))
        neighbours.note(globex, at: start + .seconds(6))
        #expect(!neighbours.areThere(at: start + .seconds(6)))
        neighbours.note(acme, at: start + .seconds(7))
        #expect(neighbours.areThere(at: start + .seconds(7)))
    }
}
