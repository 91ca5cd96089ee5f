import HubWeb
import Testing

@Suite("Entity tags")
struct EntityTagTests {
    @Test("A tag is the representation's and nothing else's")
    func identity() {
        #expect(EntityTag(of: [1, 2, 3]) == EntityTag(of: [1, 2, 3]))
        #expect(EntityTag(of: [1, 2, 3]) != EntityTag(of: [1, 2]))
        #expect(EntityTag(of: []).description.first == "\"" && EntityTag(of: []).description.last == "\"")
    }

    @Test("A condition may name several tags, weak ones too, or any")
    func conditions() {
        let tag = EntityTag(of: [1])
        #expect(tag.matches(anyOf: "\(tag)"))
        #expect(tag.matches(anyOf: "\"x\" , W/\(tag)"))
        #expect(tag.matches(anyOf: " * "))
        #expect(!tag.matches(anyOf: "\"x\", W/\"y\""))
        #expect(!tag.matches(anyOf: ""))
    }
}
