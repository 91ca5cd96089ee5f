import FoundationEssentials
import HubModel
import Testing

@Suite("Names of the topology")
struct NameTests {
    @Test("Lower-case letters, digits and inner hyphens are a name", arguments: ["u", "us-1", "backend-us-1-b", "a1"])
    func accepted(text: String) {
        #expect(ShardID(text)?.description == text)
    }

    @Test(
        "Everything else is refused",
        arguments: ["", "1us", "-us", "us-", "US", "us_1", "us.1", "ü", String(repeating: "a", count: 41)]
    )
    func refused(text: String) {
        #expect(ShardID(text) == nil)
    }

    @Test("JSON carries the name, and a bad one is refused")
    func json() throws {
        let encoded = try JSONEncoder().encode([RegionID("eu")!])
        #expect(String(decoding: encoded, as: UTF8.self) == "[\"eu\"]")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([RegionID].self, from: Data("[\"EU\"]".utf8)) }
    }
}
