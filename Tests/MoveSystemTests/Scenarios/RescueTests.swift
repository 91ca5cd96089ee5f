import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveSystemTests {
    /// A shard whose backends are gone while its database is there.
    @Suite("Rescue")
    struct Rescue {
        @Test("A tenant is moved away from a shard without backends, and the pause keeps its budget")
        func away() async throws {
            let dead: Set = ["502", "503"]
            let allowance = MoveTrial.Allowance(statuses: dead, neighbourStatuses: dead, mayBreakStreams: true)
            try await MoveTrial.run("rescue", people: .few, allowing: allowance) { trial in
                let move = try await trial.admin.begin(trial.tenant, to: "eu-1", budget: 1000)
                let before = try await trial.admin.wait(move, for: "verified")
                try await trial.deployment.without(["backend-us-1", "backend-us-1-b"]) {
                    try await trial.admin.wish("switch", of: move)
                    let after = try await trial.admin.wait(move, for: "switched")
                    #expect(after.servedBy.rawValue == "eu-1")
                    // Each undone switch would have raised it as well.
                    #expect(after.epoch == before.epoch.next, "\(after)")
                    let pause = try #require(after.switches.first?.pauseMilliseconds)
                    #expect(pause < 1000)
                    print("rescue: a pause of \(pause) ms")
                }
                try await trial.settle()
                try await trial.admin.wish("complete", of: move)
                try await trial.admin.wait(move, for: "completed")
            }
        }
    }
}

extension Deployment {
    /// Runs `body` while these processes are gone.
    fileprivate func without(_ names: [String], _ body: () async throws -> Void) async throws {
        let holds = names.map { home.appending(path: "run/\($0).hold") }
        defer { for hold in holds { try? FileManager.default.removeItem(at: hold) } }
        for hold in holds { try Data().write(to: hold) }
        for name in names { try kill9(name) }
        try await body()
    }
}
