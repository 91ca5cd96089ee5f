import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveSystemTests {
    /// kill -9 of each part while a tenant is copied, verified, and switched, before and after the point of no return.
    @Suite("The parts")
    struct PartFaults {
        /// A part, and what its death may cost those whom it serves.
        struct Part: Sendable, CustomTestStringConvertible {
            let processes: [String]
            let allowance: MoveTrial.Allowance

            var testDescription: String { processes.joined(separator: ", ") }
        }

        static let parts: [Part] = [
            // Whatever was in flight has no answer, and until it is back nobody listens.
            Part(["router"], ["none"], mayBreakStreams: true),
            // 502: the backend died before it answered, and nobody knows whether the write was done. 503: none is left.
            Part(["backend-us-1", "backend-us-1-b"], ["502", "503"], mayBreakStreams: true),
            Part(["backend-eu-1"], ["502", "503"], mayBreakStreams: true),
            // 503: the database does not answer, or it broke off and nobody knows whether it has committed.
            Part(["postgres-us-1"], ["503"]),
            Part(["postgres-eu-1"], ["503"]),
            // Without a cache there is the database, and without the directory what routers and backends have of it.
            Part(["redis-us"], []),
            Part(["redis-eu"], []),
            Part(["postgres-directory"], []),
        ]

        @Test("A part dies at each state of a move", arguments: parts)
        func dies(part: Part) async throws {
            let name = part.processes[0]
            try await MoveTrial.run("\(name) dies", people: .few, allowing: part.allowance) { trial in
                let admin = trial.admin
                func kill() async throws {
                    for process in part.processes { try await trial.deployment.killRunning(process) }
                }

                let copied = try MoverStop("after-copy", trial.tenant, trial.deployment)
                let move = try await admin.begin(trial.tenant, to: "eu-1")
                try await copied.wait()
                try await kill()
                copied.lift()
                try await trial.wait(move, for: "verified", asking: "resume")
                try await trial.settle()

                try await kill()
                try await trial.settle()

                let draining = try MoverStop("before-drain", trial.tenant, trial.deployment)
                try await admin.wish("switch", of: move)
                try await trial.wait(move, at: draining, asking: "switch")
                try await kill()
                let committed = try MoverStop("after-commit", trial.tenant, trial.deployment)
                draining.lift()
                try await trial.wait(move, at: committed, asking: "switch")
                try await kill()
                committed.lift()
                try await trial.wait(move, for: "switched", asking: "switch")
                try await trial.settle()

                try await admin.wish("complete", of: move)
                try await trial.wait(move, for: "completed", asking: "complete")
            }
        }
    }
}

extension Deployment {
    /// Ends a process at once, after the supervisor has started it again if it has died lately.
    fileprivate func killRunning(_ process: String) async throws {
        let programs = ["postgres", "redis-server", "hub-router", "hub-backend"]
        try await waitFor("\(process) to run") {
            guard let pid = try? pid(of: process),
                let name = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
            else { return false }
            return programs.contains(name.filter { !$0.isNewline })
        }
        try kill9(process)
    }
}

extension MoveSystemTests.PartFaults.Part {
    fileprivate init(_ processes: [String], _ statuses: Set<String>, mayBreakStreams: Bool = false) {
        self.processes = processes
        allowance = MoveTrial.Allowance(
            statuses: statuses,
            neighbourStatuses: statuses,
            mayBreakStreams: mayBreakStreams,
            slowest: .seconds(15)
        )
    }
}
