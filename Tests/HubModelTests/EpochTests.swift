import HubModel
import Testing

@Suite("Epochs")
struct EpochTests {
    @Test("An epoch rises by one")
    func next() {
        #expect(Epoch.first.next == Epoch(rawValue: 2))
        #expect(Epoch.first < Epoch.first.next)
    }

    @Test("Only whole numbers above zero are read", arguments: ["", "0", "-1", "1.0", "x", "9223372036854775808"])
    func refused(text: String) {
        #expect(Epoch(text) == nil)
    }

    @Test("The text form is read back", arguments: [1, 42, Int64.max])
    func text(value: Int64) {
        #expect(Epoch(Epoch(rawValue: value).description) == Epoch(rawValue: value))
    }
}
