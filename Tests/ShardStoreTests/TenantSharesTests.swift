import HubModel
import HubTesting
import ShardStore
import Testing

@Suite("A tenant's share of the connections")
struct TenantSharesTests {
    private let acme = TenantID.make(at: Timestamp(microseconds: 1_700_000_000_000_000))

    private func code(_ body: () async throws -> Void) async -> ShardError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ShardError)?.code
        }
    }

    /// Holds the tenant's only turn while the body runs.
    private func withTurnTaken(
        _ limits: TenantShares.Limits,
        _ body: @Sendable (TenantShares) async throws -> Void
    ) async throws {
        let shares = TenantShares(limits: limits)
        try await shares.withShare(of: acme) { try await body(shares) }
        #expect(shares.statistics.inside == 0 && shares.statistics.waiting == 0)
    }

    @Test("A wait ends with the patience, and with its task")
    func endings() async throws {
        try await withTurnTaken(.init(concurrent: 1, waiting: 5, patience: .milliseconds(20))) { shares in
            #expect(await code { try await shares.withShare(of: acme) {} } == .unavailable)
            #expect(shares.statistics.refused == 1)
        }
        try await withTurnTaken(.init(concurrent: 1, waiting: 5, patience: .seconds(600))) { shares in
            let waiter = Task { await code { try await shares.withShare(of: acme) {} } }
            try await waitFor("the waiter to wait") { shares.statistics.waiting == 1 }
            waiter.cancel()
            #expect(await waiter.value == .cancelled)
            #expect(shares.statistics.waiting == 0)
            let late = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await code { try await shares.withShare(of: acme) {} }
            }
            #expect(await late.value == .cancelled)
        }
    }

    @Test("Beyond the line a transaction is refused at once; in it each gets its turn in order")
    func order() async throws {
        let shares = TenantShares(limits: .init(concurrent: 1, waiting: 3, patience: .seconds(600)))
        let turns = try await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
            try await shares.withShare(of: acme) {
                for number in 1...3 {
                    group.addTask { try await shares.withShare(of: acme) { .now } }
                    try await waitFor("number \(number) to wait") { shares.statistics.waiting == number }
                }
                #expect(await code { try await shares.withShare(of: acme) {} } == .overShare)
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(turns == turns.sorted() && turns.count == 3)
    }
}
