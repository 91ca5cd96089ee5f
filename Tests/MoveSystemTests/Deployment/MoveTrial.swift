import AppFixtures
import HubModel
import HubTesting
import HubWire
import Testing

/// A tenant that is moved while its people work, and a neighbour on the same shard whom that must not touch.
struct MoveTrial: Sendable {
    let deployment: Deployment
    var admin: MoveOperator
    let tenant: TrialTenant
    let traffic: Traffic
    let neighbour: TrialTenant
    let neighbourTraffic: Traffic

    /// How many people work.
    enum People: Sendable {
        case few
        case usual

        var writers: ClosedRange<Int> { self == .few ? 1...1 : 1...3 }
        var readers: ClosedRange<Int> { self == .few ? 1...1 : 1...2 }
    }

    let people: People

    /// What a scenario may cost.
    struct Allowance: Sendable {
        /// The statuses with which requests may fail, `none` for no answer.
        var statuses: Set<String> = []
        /// The same of the neighbour's.
        var neighbourStatuses: Set<String> = []
        /// Whether event streams may break instead of ending.
        var mayBreakStreams = false
        /// The longest an answer may take.
        var slowest = Duration.seconds(12)

        static let nothing = Allowance()
    }

    /// Runs a scenario while people work, and judges all that they were told and what there is at last.
    ///
    /// - Parameters:
    ///   - name: what happens, for the line that is printed.
    ///   - places: on how many shards something of the tenant is at the end.
    static func run(
        _ name: String,
        in region: String = "us",
        people: People = .usual,
        allowing allowance: Allowance = .nothing,
        places: Int = 1,
        _ body: (MoveTrial) async throws -> Void
    ) async throws {
        let deployment = try Deployment.shared
        let admin = try await MoveOperator.signIn(deployment)
        async let tenant = TrialTenant.signUp("mover", in: region, by: admin, of: deployment)
        async let neighbour = TrialTenant.signUp("calm", in: region, by: admin, of: deployment)
        let trial = MoveTrial(
            deployment: deployment,
            admin: admin,
            tenant: try await tenant,
            traffic: Traffic(),
            neighbour: try await neighbour,
            neighbourTraffic: Traffic(),
            people: people
        )
        let start = ContinuousClock.now
        let listener = Listener(trial.tenant, trial.traffic)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let listening = Task { await listener.run() }
            defer { listening.cancel() }
            try await waitFor("the listener to listen") { listener.isListening }
            trial.addPeople(to: &group)
            do {
                try await trial.settle()
                try await body(trial)
                try await trial.settle()
            } catch {
                trial.endTraffic()
                Issue.record("\(name): \(error); \(trial.traffic.report.samples)")
            }
            trial.endTraffic()
            try await group.waitForAll()
            try await trial.judge(name, listener, allowance, places: places, since: start)
        }
    }

    /// Waits until everybody is served.
    func settle() async throws {
        try await traffic.settle(people.writers.map { "writer \($0)" } + people.readers.map { "reader \($0)" })
        try await neighbourTraffic.settle(["writer 9", "reader 9"])
    }

    /// The same trial, run by another operator.
    func by(_ admin: MoveOperator) -> MoveTrial {
        var trial = self
        trial.admin = admin
        return trial
    }

    /// Waits until a move has come to a place where its mover waits.
    ///
    /// - Parameter wish: what is asked for again when the move gave it up.
    func wait(_ move: MoveID, at stop: MoverStop, asking wish: String) async throws {
        try await waitFor("the mover to come to \(stop.place)", within: .seconds(45)) {
            if stop.isReached { return true }
            try await insist(wish, move)
            return stop.isReached
        }
    }

    /// Waits until a move rests in a state.
    @discardableResult
    func wait(_ move: MoveID, for state: String, asking wish: String) async throws -> MoveView {
        var last: MoveView?
        do {
            try await waitFor("the move to be \(state)", within: .seconds(45)) {
                last = await admin.view(move) ?? last
                if let last, last.state == state, last.wish == nil { return true }
                try await insist(wish, move)
                return false
            }
        } catch let error as WaitTimeout {
            throw ChildFailure("\(error); it is \(last.map { "\($0)" } ?? "unknown")")
        }
        return last!
    }

    // MARK: - Private

    /// Asks again for what a move gave up, as an operator would.
    private func insist(_ wish: String, _ move: MoveID) async throws {
        try await Task.sleep(for: .milliseconds(20))
        guard let view = await admin.view(move), view.isAtRest else { return }
        if view.state == "failed", wish != "resume" { throw ChildFailure("the move has failed: \(view.reason ?? "-")") }
        let isGivenUp =
            (view.state == "verified" && wish == "switch") || (view.state == "switched" && wish == "reverse")
            || view.state == "failed"
        if isGivenUp { try await admin.wish(wish, of: move) }
    }

    private func addPeople(to group: inout ThrowingTaskGroup<Void, any Error>) {
        let (tenant, traffic, neighbour, neighbourTraffic) = (tenant, traffic, neighbour, neighbourTraffic)
        for number in people.writers {
            group.addTask {
                var writer = Writer(number, tenant, traffic)
                await writer.run()
            }
        }
        for number in people.readers {
            group.addTask {
                var reader = Reader(number, tenant, traffic)
                await reader.run()
            }
        }
        group.addTask {
            var writer = Writer(9, neighbour, neighbourTraffic)
            await writer.run()
        }
        group.addTask {
            var reader = Reader(9, neighbour, neighbourTraffic)
            await reader.run()
        }
    }

    private func endTraffic() {
        traffic.end()
        neighbourTraffic.end()
    }

    private func judge(
        _ name: String,
        _ listener: Listener,
        _ allowance: Allowance,
        places: Int,
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
        #expect(full.count == places && full.contains(where: \.isServing), "\(name): \(held)")
        if places == 1 {
            let moves = try await admin.moves(of: tenant).map { $0.id.description.filter { $0 != "-" } }
            let streams = try await deployment.streams().filter { name in moves.contains { name.contains($0) } }
            #expect(streams.isEmpty, "\(name): left behind: \(streams)")
        }
    }
}
