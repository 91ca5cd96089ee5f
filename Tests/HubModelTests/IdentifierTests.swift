import FoundationEssentials
import HubModel
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    private let text = "019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01"

    @Test("The text form is lower case, and either case is read")
    func textForm() throws {
        let id = try #require(TenantID(text))
        #expect(id.description == text)
        #expect(TenantID(text.uppercased()) == id)
    }

    @Test(
        "What is not a UUID of 36 characters is refused",
        arguments: ["", "x", "019b45f07d1a7c338a113f0f5d2b9c01", "019b45f0-7d1a-7c33-8a11-3f0f5d2b9c0", "{019b45f0}"]
    )
    func refused(text: String) {
        #expect(UserID(text) == nil)
    }

    @Test("JSON carries the text form, and a bad one is told with an example")
    func json() throws {
        let id = try #require(ProjectID(text))
        let encoded = try JSONEncoder().encode([id])
        #expect(String(decoding: encoded, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([ProjectID].self, from: encoded) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ProjectID].self, from: Data("[\"7\"]".utf8)) }
    }

    @Test("Ids made later sort later, to the millisecond")
    func order() {
        let moments = (0..<200).map { Timestamp(microseconds: 1_766_414_000_000_000 + $0 * 1000) }
        let ids = moments.map { TaskID.make(at: $0) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }
}
