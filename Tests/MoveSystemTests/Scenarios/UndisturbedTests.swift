import AppFixtures
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveSystemTests {
    /// Nothing happens but the move: nobody is refused anything.
    @Suite("Undisturbed")
    struct Undisturbed {
        @Test("A tenant moves there and back while its people work")
        func thereAndBack() async throws {
            try await MoveTrial.run("there and back") { trial in
                for shard in ["eu-1", "us-1"] {
                    let run = try await trial.deployment.hubctl(
                        "move",
                        "run",
                        trial.tenant.subdomain.rawValue,
                        "--to",
                        shard,
                        "--yes"
                    )
                    #expect(run.status == 0, "\(run.errors)")
                    #expect(try await trial.admin.tenant(trial.tenant).shard.rawValue == shard)
                    try await trial.settle()
                }
                let check = try await trial.deployment.hubctl(
                    "move",
                    "certificate",
                    trial.tenant.subdomain.rawValue,
                    "--verify"
                )
                #expect(check.status == 0, "\(check.errors)")
            }
        }

        @Test("A move is reversed after people have written at the target")
        func reversed() async throws {
            try await MoveTrial.run("reversed") { trial in
                let move = try await trial.admin.begin(trial.tenant, to: "eu-1", switching: true, budget: 1000)
                try await trial.admin.wait(move, for: "switched")
                try await trial.settle()
                try await trial.admin.wish("reverse", of: move)
                try await trial.admin.wait(move, for: "reversed")
                #expect(try await trial.admin.tenant(trial.tenant).shard.rawValue == "us-1")
            }
        }

        @Test("A move is cancelled while it copies, and when it is verified")
        func cancelled() async throws {
            try await MoveTrial.run("cancelled") { trial in
                let stop = try MoverStop("after-copy", trial.tenant, trial.deployment)
                let first = try await trial.admin.begin(trial.tenant, to: "eu-1")
                try await stop.wait()
                try await trial.admin.wish("cancel", of: first)
                stop.lift()
                try await trial.admin.wait(first, for: "cancelled")

                let second = try await trial.admin.begin(trial.tenant, to: "eu-1")
                try await trial.admin.wait(second, for: "verified")
                try await trial.admin.wish("cancel", of: second)
                try await trial.admin.wait(second, for: "cancelled")
            }
        }
    }
}
