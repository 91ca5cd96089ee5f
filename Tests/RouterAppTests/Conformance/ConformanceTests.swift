import RouterFixtures
import Testing

@Suite(.serialized) struct ConformanceTests {
    @Test(
        "What a client sends is refused, or is exactly the requests that the origins receive and the log has",
        arguments: ConformanceCase.all
    )
    func conforms(example: ConformanceCase) async throws {
        let complaints = try await example.complaints()
        #expect(complaints.isEmpty, "\(complaints.map { $0.prefix(1000) }.joined(separator: "\n"))")
    }
}
