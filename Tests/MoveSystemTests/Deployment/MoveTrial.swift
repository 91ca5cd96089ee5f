import AppFixtures
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

/// A tenant that is moved while its people work, and a neighbour on the same shard whom that must not touch.
struct MoveTrial: Sendable {
    let deployment: Deployment
    var admin: MoveOperator
    let tenant: TrialTenant
    let traffic: Traffic
    let neighbour: TrialTenant
    let neighbourTraffic: Traffic
    let people: People

    /// How many people work.
    enum People: Sendable {
        case few
        case usual

        var writers: ClosedRange<Int> { self == .few ? 1...1 : 1...3 }
        var readers: ClosedRange<Int> { self == .few ? 1...1 : 1...2 }
    }

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
    ///   - allowance: what it may cost; nothing, unless it says otherwise.
    static func run(
        _ name: String,
        in region: String = "us",
        people: People = .usual,
        allowing allowance: Allowance = .nothing,
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
            try await trial.judge(name, listener, allowance, since: start)
        }
    }

    // MARK: - Private

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
}
