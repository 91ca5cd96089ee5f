import Caching
import HubModel
import Testing

@testable import TenantCache

/// The scripts against the model they are held to, on the same steps, chosen at random from a seed.
@Suite("The scripts in Redis", .timeLimit(.minutes(5)))
struct CacheScriptTests {
    @Test("They take every step as the model of the keyspace does, and leave the same behind", arguments: [1, 2, 3, 4])
    func steps(seed: UInt64) async throws {
        try await CacheServerFixture.with(isInstalled: false) { fixture in
            var comparison = try ScriptComparison(fixture, seed: seed)
            try await comparison.installSentinel()
            for number in 1...3000 {
                try await comparison.step(number)
            }
            // The steps went everywhere.
            for kind in ScriptComparison.Kind.allCases {
                #expect(comparison.met[kind, default: 0] > 20, "\(kind): \(comparison.met)")
            }
            #expect(comparison.server.statistics.errors == 0)
            #expect(comparison.server.statistics.refused == 0)
        }
    }

    @Test("A flaw planted in any of them shows soon", arguments: ScriptFlaw.all)
    func flaws(flaw: ScriptFlaw) async throws {
        let scripts = try flaw.planted(in: CacheScripts())
        try await CacheServerFixture.with(isInstalled: false) { fixture in
            var comparison = try ScriptComparison(fixture, seed: 1, scripts)
            try await comparison.installSentinel()
            var found: Discrepancy?
            do {
                for number in 1...3000 { try await comparison.step(number) }
            } catch let discrepancy as Discrepancy {
                found = discrepancy
            }
            #expect(found != nil)
            #expect(
                comparison.server.statistics.errors == 0,
                "the flaw is in what the script does, not in how it is written"
            )
        }
    }
}
