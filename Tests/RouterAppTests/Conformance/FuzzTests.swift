import RouterFixtures
import Testing

/// A little of what `compose/bench router-fuzz` does for longer.
@Suite(.serialized) struct FuzzTests {
    @Test(
        "What the parser accepts of spoiled input does not depend on how it is cut, and is what a strict reader reads"
    )
    func parser() {
        let outcome = ParserFuzz(seed: 7).run(inputs: 4000)
        #expect(outcome.complaints.isEmpty, "\(outcome.complaints)")
        #expect(outcome.requests > 500 && outcome.refusals > 500)
    }

    @Test("Of spoiled input, origins receive exactly what the router logs, and nobody gets another one's answer")
    func path() async throws {
        let outcome = try await PathFuzz(seed: 7).run(inputs: 300)
        #expect(outcome.complaints.isEmpty, "\(outcome.complaints.prefix(3))")
        #expect(outcome.forwarded > 100)
    }
}
