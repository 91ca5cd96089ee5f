import HubModel
import Testing
import Throttling

@Suite("Neighbours")
struct NeighbourTests {
    private let acme = TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_000))
    private let globex = TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_001))

    @Test("Tenants are neighbours while they take turns, and for a quarter of a second after")
    func memory() {
        let second = 1_000_000
        let start = Neighbours.now()
        let neighbours = Neighbours()
        #expect(!neighbours.areThere(at: start))
        for number in 0..<5 { neighbours.note(acme, at: start + number * second) }
        #expect(!neighbours.areThere(at: start + 4 * second), "one tenant is alone however often it comes")
        neighbours.note(globex, at: start + 5 * second)
        #expect(neighbours.areThere(at: start + 5 * second))
        #expect(neighbours.areThere(at: start + 5 * second + 249_999))
        #expect(!neighbours.areThere(at: start + 5 * second + 250_000))
        neighbours.note(globex, at: start + 6 * second)
        #expect(!neighbours.areThere(at: start + 6 * second))
        neighbours.note(acme, at: start + 7 * second)
        #expect(neighbours.areThere(at: start + 7 * second))
    }
}
