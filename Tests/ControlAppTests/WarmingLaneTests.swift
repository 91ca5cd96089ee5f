import Directory
import HubModel
import Testing

@testable import ControlApp

@Suite("A shard during a warming")
struct WarmingLaneTests {
    private func backends(_ count: Int) throws -> [BackendRecord] {
        try (0..<count).map { number in
            BackendRecord(
                name: try #require(ProcessName("backend-\(number)")),
                shard: try #require(ShardID("us-1")),
                host: "127.0.0.1",
                port: 1,
                adminHost: "127.0.0.1",
                adminPort: 1
            )
        }
    }

    @Test("Each backend is the first to be asked as often as the others, and all are behind it")
    func turns() throws {
        let backends = try backends(3)
        var lane = WarmingLane(backends: backends, turn: 7)
        var firsts: [ProcessName: Int] = [:]
        for _ in 0..<9 {
            let order = lane.begin()
            #expect(Set(order) == Set(backends))
            firsts[order[0].name, default: 0] += 1
        }
        #expect(firsts.values.sorted() == [3, 3, 3])
        #expect(lane.inFlight == 9)
    }

    @Test("A shard that cannot be reached is given up at once, one that is silent after three tenants in a row")
    func outage() throws {
        var gone = WarmingLane(backends: try backends(1), turn: 0)
        gone.unanswered(ShardClientError(.notSent, "gone"))
        #expect(gone.outage == "gone")
        var silent = WarmingLane(backends: try backends(1), turn: 0)
        for _ in 0..<3 {
            silent.answered()
            for _ in 0..<2 { silent.unanswered(ShardClientError(.unknown, "silent")) }
            #expect(silent.outage == nil)
        }
        silent.unanswered(ShardClientError(.unknown, "silent"))
        #expect(silent.outage == "silent")
    }
}
