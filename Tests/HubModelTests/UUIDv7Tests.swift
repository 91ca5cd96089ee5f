import FoundationEssentials
import HubModel
import Testing

@Suite("Version 7 UUIDs")
struct UUIDv7Tests {
    /// Gives the same bits each time, so that a whole id can be told in advance.
    private struct Constant: RandomNumberGenerator {
        let value: UInt64
        mutating func next() -> UInt64 { value }
    }

    @Test("Time, version and variant stand where RFC 9562 puts them")
    func layout() {
        // The moment of the RFC's own example (appendix A.6).
        var ones = Constant(value: .max)
        let high = UUIDv7.make(milliseconds: 0x017F_22E2_79B0, using: &ones)
        #expect(high.uuidString == "017F22E2-79B0-7FFF-BFFF-FFFFFFFFFFFF")
        var zeros = Constant(value: 0)
        let low = UUIDv7.make(milliseconds: 0x017F_22E2_79B0, using: &zeros)
        #expect(low.uuidString == "017F22E2-79B0-7000-8000-000000000000")
    }

    @Test("Only the low 48 bits of the time are used")
    func overflow() {
        var generator = Constant(value: 0)
        let id = UUIDv7.make(milliseconds: .max, using: &generator)
        #expect(id.uuidString == "FFFFFFFF-FFFF-7000-8000-000000000000")
    }

    @Test("A hundred thousand ids of one millisecond are all different")
    func uniqueness() {
        var generator = SystemRandomNumberGenerator()
        let ids = Set((0..<100_000).map { _ in UUIDv7.make(milliseconds: 1, using: &generator) })
        #expect(ids.count == 100_000)
    }
}
