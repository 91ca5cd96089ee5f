import AppFixtures
import FoundationEssentials
import HubTesting
import MoveLoad

/// The two hub-controls of a deployment, run by the test in place of the supervisor, which is slower to start again what
/// dies often; they die when all that want them dead have come to where they want it, or the first has waited long enough.
actor MoverPair {
    /// How long whoever came first waits for the others: a tenant may be held meanwhile.
    private static let patience = Duration.milliseconds(1500)

    private let deployment: Deployment
    private var processes: [WatchedProcess] = []
    private var parties: Int
    private var waiting: [CheckedContinuation<Void, any Error>] = []
    /// How often they died.
    private(set) var rounds = 0

    private init(_ deployment: Deployment, parties: Int) {
        self.deployment = deployment
        self.parties = parties
    }

    /// Runs the pair in place of the supervisor's.
    static func withPair(
        of deployment: Deployment,
        parties: Int,
        _ body: (MoverPair) async throws -> Void
    ) async throws {
        let holds = names.map { deployment.home.appending(path: "run/\($0).hold") }
        for hold in holds { try Data().write(to: hold) }
        for name in names { try deployment.kill9(name) }
        let pair = MoverPair(deployment, parties: parties)
        try await pair.start()
        do {
            try await untilReady(deployment)
            try await body(pair)
        } catch {
            await pair.end(holds)
            throw error
        }
        await pair.end(holds)
        try await untilReady(deployment)
    }

    /// Waits until both have been killed, and started again.
    func die() async throws {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(continuation)
            if waiting.count >= parties { return fire() }
            // The first round has them all, so that nobody is still about to begin.
            guard waiting.count == 1, rounds > 0 else { return }
            let round = rounds
            Task {
                try await Task.sleep(for: MoverPair.patience)
                self.fire(in: round)
            }
        }
    }

    /// Says that one party less will come.
    func leave() {
        parties -= 1
        if !waiting.isEmpty, waiting.count >= parties { fire() }
    }

    // MARK: - Private

    private static let names = ["control", "control-b"]

    private static func untilReady(_ deployment: Deployment) async throws {
        for port in [deployment.port + 1, deployment.port + 6] {
            try await waitFor("a mover to be ready") {
                (try? await WebClient(port: port).get("/ready"))?.status == 200
            }
        }
        let apex = deployment.router(nil)
        try await waitFor("the router to see it") { try await apex.get("/api/regions").status == 200 }
    }

    private func fire(in round: Int) {
        if round == rounds, !waiting.isEmpty { fire() }
    }

    private func fire() {
        rounds += 1
        let done = waiting
        waiting = []
        for process in processes { process.kill9() }
        let outcome = Result { try start() }
        for continuation in done { continuation.resume(with: outcome) }
    }

    private func start() throws {
        let binaries = deployment.environment["HUB_BIN"] ?? Deployment.checkout.appending(path: ".build/debug").path
        processes = try MoverPair.names.map { name in
            try WatchedProcess(
                ["\(binaries)/hub-control", "--name", name],
                environment: deployment.environment.merging(
                    ["HUB_SECRETS_DIR": deployment.home.appending(path: "secrets").path]
                ) { $1 },
                output: deployment.home.appending(path: "log/\(name).log").path
            )
        }
    }

    private func end(_ holds: [URL]) {
        for process in processes { process.kill9() }
        for hold in holds { try? FileManager.default.removeItem(at: hold) }
    }
}
