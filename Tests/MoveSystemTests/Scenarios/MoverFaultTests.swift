import AppFixtures
import FoundationEssentials
import Glibc
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

extension MoveSystemTests {
    /// What happens to hub-control happens to nobody else: no request fails.
    @Suite("The mover")
    struct MoverFaults {
        @Test("kill -9 of every mover, before and after each step, and the next goes on or undoes it")
        func killed() async throws {
            let deployment = try Deployment.shared
            let places = Itinerary.forward
            try await MoverPair.withPair(of: deployment, parties: 5) { pair in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<4 {
                        let way = places.enumerated().filter { $0.offset % 4 == number }.map(\.element)
                        let (region, target) = number % 2 == 0 ? ("us", "eu-1") : ("eu", "us-1")
                        let ending: Itinerary.Ending = number < 2 ? .complete : .reverse
                        let end = ending.places.enumerated().filter { $0.offset % 2 == number % 2 }.map(\.element)
                        group.addTask {
                            try await Self.move("killed \(number)", region, target, way, ending, end, pair)
                        }
                    }
                    group.addTask {
                        try await Self.move(
                            "killed 4",
                            "apac",
                            "eu-1",
                            [],
                            .cancel,
                            Itinerary.Ending.cancel.places,
                            pair
                        )
                    }
                    try await group.waitForAll()
                }
                print("killed: \(await pair.rounds) times")
            }
        }

        @Test("A mover that is suspended within a switch, on either side of its commit, finds that another has done it")
        func suspended() async throws {
            for place in ["before-commit", "after-commit"] {
                try await MoveTrial.run("suspended \(place)", people: .few) { trial in
                    let stop = try MoverStop(place, trial.tenant, trial.deployment)
                    let move = try await trial.admin.begin(trial.tenant, to: "eu-1", switching: true)
                    try await stop.wait()
                    let before = try #require(await trial.admin.view(move))
                    let holder = try trial.deployment.pid(of: try #require(before.holder))
                    kill(holder, SIGSTOP)
                    defer { kill(holder, SIGCONT) }
                    stop.lift()
                    // The router asks the suspended one as well.
                    let other = trial.admin.directly(before.holder == "control" ? "control-b" : "control")
                    let after = try await trial.by(other).wait(move, for: "switched", asking: "switch")
                    #expect(after.attempt > before.attempt && after.servedBy.rawValue == "eu-1")
                    kill(holder, SIGCONT)
                    try await trial.settle()
                    let last = try #require(await trial.admin.view(move))
                    #expect(last.state == "switched" && last.epoch == after.epoch, "\(last)")
                    try await trial.admin.wish("complete", of: move)
                    try await trial.admin.wait(move, for: "completed")
                }
            }
        }

        @Test("Both movers are suspended for 4 s within a switch: it is late, and no more")
        func bothSuspended() async throws {
            try await MoveTrial.run("both suspended", people: .few) { trial in
                let stop = try MoverStop("before-drain", trial.tenant, trial.deployment)
                let move = try await trial.admin.begin(trial.tenant, to: "eu-1", switching: true)
                try await stop.wait()
                let movers = try ["control", "control-b"].map { try trial.deployment.pid(of: $0) }
                for mover in movers { kill(mover, SIGSTOP) }
                stop.lift()
                // Both leases end.
                try await Task.sleep(for: .seconds(4))
                for mover in movers { kill(mover, SIGCONT) }
                try await trial.wait(move, for: "switched", asking: "switch")
                try await trial.admin.wish("complete", of: move)
                try await trial.admin.wait(move, for: "completed")
            }
        }

        // MARK: - Private

        /// One tenant's move, whose mover dies at each of these places.
        private static func move(
            _ name: String,
            _ region: String,
            _ target: String,
            _ way: [String],
            _ ending: Itinerary.Ending,
            _ end: [String],
            _ pair: MoverPair
        ) async throws {
            try await MoveTrial.run(name, in: region, people: .few) { trial in
                do {
                    var places = way
                    var stop = try places.first.map { try MoverStop($0, trial.tenant, trial.deployment) }
                    let move = try await trial.admin.begin(trial.tenant, to: target, switching: ending != .cancel)
                    while let current = stop {
                        try await trial.wait(move, at: current, asking: "switch")
                        places.removeFirst()
                        stop = try places.first.map { try MoverStop($0, trial.tenant, trial.deployment) }
                        try await pair.die()
                        current.lift()
                    }
                    let rest = ending == .cancel ? "verified" : "switched"
                    try await trial.wait(move, for: rest, asking: ending == .cancel ? "verify" : "switch")
                    try await trial.settle()
                    places = end
                    stop = try places.first.map { try MoverStop($0, trial.tenant, trial.deployment) }
                    try await trial.admin.wish(ending.rawValue, of: move)
                    while let current = stop {
                        try await trial.wait(move, at: current, asking: ending.rawValue)
                        places.removeFirst()
                        stop = try places.first.map { try MoverStop($0, trial.tenant, trial.deployment) }
                        try await pair.die()
                        current.lift()
                    }
                    try await trial.wait(move, for: ending.state, asking: ending.rawValue)
                } catch {
                    await pair.leave()
                    throw error
                }
                await pair.leave()
            }
        }
    }
}
