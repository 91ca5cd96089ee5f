import Testing

@testable import TenantCache

@Suite("Failpoints")
struct FailpointsTests {
    @Test("Without a variable, and with an empty one, nothing happens")
    func none() async throws {
        for failpoints in [Failpoints.none, try Failpoints(nil), try Failpoints("")] {
            for point in Failpoints.Point.allCases { await failpoints.pass(point) }
        }
    }

    @Test("A pause happens at its place, at its turn, and not again")
    func pause() async throws {
        let failpoints = try Failpoints("cache.after-fence=pause:80@2,cache.before-commit=pause:5000@9")
        func duration(_ point: Failpoints.Point) async -> Duration {
            await ContinuousClock().measure { await failpoints.pass(point) }
        }
        _ = await duration(.beforeCommit)
        let first = await duration(.afterFence)
        let second = await duration(.afterFence)
        let third = await duration(.afterFence)
        #expect(second >= .milliseconds(80))
        #expect(first < second && third < second)
    }

    @Test(
        "What is not understood is refused in one sentence that names it and the places there are",
        arguments: [
            "cache.nowhere=kill@1", "cache.after-fence", "cache.after-fence=kill", "cache.after-fence=kill@0",
            "cache.after-fence=pause@1", "cache.after-fence=pause:-1@1", "cache.after-fence=explode@1",
        ]
    )
    func malformed(text: String) throws {
        let error = try #require(throws: Failpoints.Malformed.self) {
            _ = try Failpoints("cache.after-commit=kill@5,\(text)")
        }
        #expect(error.description.contains(text) && error.description.contains("cache.before-unfence"))
        #expect(!error.description.contains("\n"))
    }
}
