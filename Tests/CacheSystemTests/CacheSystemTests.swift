import Testing

/// The cache as it is deployed: two backends of a shard, their PostgreSQL, their region's Redis, and what can happen to
/// them; whatever it is, no client is told anything old.
@Suite("The cache of a shard", .serialized, .timeLimit(.minutes(5)))
struct CacheSystemTests {}

/// Runs a trial and expects that nothing was told wrongly and nothing failed.
///
/// - Parameters:
///   - name: what happens, for the line that is printed.
///   - failpoints: those of the far backend.
///   - replicas: the settings of each replica of the shard's PostgreSQL.
///   - stall: the longest an answer may take.
///   - mayRefuse: whether requests may be refused with 503, as they are when others of the tenant take too long.
///   - isAvailabilityKnown: whether it is known that now and then a request fails or takes too long: a write that meets one
///     closing of the gate after the other. That nothing is told wrongly is expected in any case.
func expectTruth(
    _ name: String,
    failpoints: String? = nil,
    replicas: [[String: String]] = [],
    stall: Duration = CacheTrial.longestStall,
    mayRefuse: Bool = false,
    isAvailabilityKnown: Bool = false,
    _ body: @Sendable (CacheTrial) async throws -> Void
) async throws {
    let report = try await CacheTrial.run(failpoints: failpoints, replicas: replicas, body)
    print("\(name): \(report)")
    #expect(report.violations.isEmpty, "\(report.violations.summary)")
    let failures = report.failures.filter { !mayRefuse || $0.status != 503 }
    withKnownIssue(isIntermittent: true) {
        #expect(
            failures.isEmpty,
            "\(failures.count) requests failed, such as \(failures.prefix(3).map(\.description))"
        )
        #expect(report.slowest < stall, "\(report)")
    } when: {
        isAvailabilityKnown
    }
}
