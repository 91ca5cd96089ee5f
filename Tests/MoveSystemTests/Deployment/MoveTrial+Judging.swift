import AppFixtures
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveTrial {
    /// Holds all that people were told, and what there is at last, against their ledgers.
    func judge(
        _ name: String,
        _ listener: Listener,
        _ allowance: Allowance,
        since start: ContinuousClock.Instant
    ) async throws {
        let shard = try await admin.tenant(tenant).shard
        let stock = try await deployment.stock(of: tenant.id, on: shard.rawValue)
        let (report, theirs) = (traffic.report, neighbourTraffic.report)
        print(
            "\(name): \(report.answers) answers, failed \(report.failures), slowest \(report.slowest / .milliseconds(1)) ms, "
                + "\(listener.connections) event streams, \(report.brokenStreams.count) broken; neighbour \(theirs.answers), "
                + "failed \(theirs.failures), slowest \(theirs.slowest / .milliseconds(1)) ms; "
                + "\((ContinuousClock.now - start) / .seconds(1)) s"
        )
        let violations = report.violations + traffic.ledger.violations(in: stock)
        #expect(violations.isEmpty, "\(name): \(violations.count) violations, such as \(violations.prefix(5))")
        let theirStock = try await deployment.stock(
            of: neighbour.id,
            on: try await admin.tenant(neighbour).shard.rawValue
        )
        let theirViolations = theirs.violations + neighbourTraffic.ledger.violations(in: theirStock)
        #expect(theirViolations.isEmpty, "\(name): the neighbour's \(theirViolations.prefix(5))")

        #expect(Set(report.failures.keys).isSubset(of: allowance.statuses), "\(name): \(report.samples)")
        #expect(Set(theirs.failures.keys).isSubset(of: allowance.neighbourStatuses), "\(name): \(theirs.samples)")
        #expect(report.slowest < allowance.slowest)
        #expect(allowance.mayBreakStreams || report.brokenStreams.isEmpty, "\(name): \(report.brokenStreams.prefix(2))")
        try? await waitFor("the listener to be told all", within: .seconds(10)) {
            listener.differences(from: stock.trail).isEmpty
        }
        let differences = listener.differences(from: stock.trail)
        #expect(differences.isEmpty, "\(name): events: \(differences.count), such as \(differences.prefix(5))")
        #expect(listener.doubled.isEmpty, "\(name): events that came twice: \(listener.doubled.prefix(5))")
        #expect(listener.gaps == 0, "\(name): streams that could not be resumed")

        let held = try await admin.places(of: tenant)
        let full = held.filter { !$0.tables.isEmpty || $0.ownership != nil }
        #expect(held.allSatisfy { $0.error == nil })
        #expect(full.count == 1 && full.contains(where: \.isServing), "\(name): \(held)")
        let moves = try await admin.moves(of: tenant).map { $0.id.description.filter { $0 != "-" } }
        let streams = try await deployment.streams().filter { name in moves.contains { name.contains($0) } }
        #expect(streams.isEmpty, "\(name): left behind: \(streams)")
    }
}
