import AppFixtures
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveSystemTests {
    /// The target cannot write any more.
    @Suite("A full disk")
    struct FullDisk {
        @Test("A move to a full disk stops and says what to do; it can be cancelled, and goes on when there is room")
        func full() async throws {
            let isMounted = try await SmallDisk.with("eu-1", of: Deployment.shared) { disk in
                try await MoveTrial.run("full disk", people: .few) { trial in
                    try await trial.deployment.addBulk(to: trial.tenant, rows: 2000, on: "us-1")

                    let first = try await stopped(trial, disk)
                    let refused = try await trial.admin.ask(trial.neighbour, to: "eu-1", dryRun: true)
                    let free = try refused.decode(CreateMoveAnswer.self).plan?.targetFreeBytes
                    #expect(try #require(free) < 1 << 20)
                    try await trial.admin.wish("cancel", of: first)
                    try await trial.admin.wait(first, for: "cancelled")
                    try disk.clear()

                    let second = try await stopped(trial, disk)
                    try disk.clear()
                    try await trial.admin.wish("resume", of: second)
                    try await trial.admin.wait(second, for: "verified")
                    try await trial.admin.wish("switch", of: second)
                    try await trial.admin.wait(second, for: "switched")
                    try await trial.settle()
                    try await trial.admin.wish("complete", of: second)
                    try await trial.admin.wait(second, for: "completed")
                }
            }
            if !isMounted { print("full disk: not tried, since no file system may be mounted here") }
        }

        /// A move whose target's disk is full when it copies.
        private func stopped(_ trial: MoveTrial, _ disk: SmallDisk) async throws -> MoveID {
            let stop = try MoverStop("before-copy", trial.tenant, trial.deployment)
            let move = try await trial.admin.begin(trial.tenant, to: "eu-1")
            try await stop.wait()
            try disk.fill()
            stop.lift()
            let failed = try await trial.admin.wait(move, for: "failed")
            let reason = failed.reason ?? ""
            print("full disk: \(reason)")
            #expect(reason.contains("eu-1") && reason.contains("disk is full") && reason.contains("move resume"))
            #expect(failed.servedBy.rawValue == "us-1" && failed.epoch == .first)
            try await trial.settle()
            return move
        }
    }
}
