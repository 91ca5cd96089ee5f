import HubModel
import Testing

@Suite("Values of recent use")
struct RecentValuesTests {
    @Test("However many come, a bounded number is held, and one that is used stays")
    func bounded() {
        var recent = RecentValues<String, Int>(capacity: 4096)
        recent.insert(-1, for: "used")
        for number in 0..<50_000 {
            recent.insert(number, for: "value \(number)")
            if number.isMultiple(of: 1000) { #expect(recent.find("used") == -1) }
        }
        #expect(recent.count <= 8192)
        #expect(recent.find("value 0") == nil)
        #expect(recent.find("value 49999") == 49_999)
    }
}
