import BenchmarkReport
import FoundationEssentials
import Glibc
import HubTesting
import Logging
import Reactor

// What a move costs. compose/bench move brings up the deployment that pause and drain want.
//
//   copy [TASKS [STREAMS]]                 the copy and the verification beside psql's copy
//   pause [TASKS [MOVES [WRITES READS]]]   a tenant goes back and forth while so many a second write and read
//   drain [TENANTS]                        a shard is emptied

let arguments = PartArguments()

let environment = ProcessInfo.processInfo.environment
await Benchmark.run {
    switch arguments.part {
    case "copy":
        let reactors = try ReactorGroup(count: 2, name: "bench")
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let (tasks, streams) = (arguments.number(0, 500_000), arguments.number(1, 2))
        try await CopyRates(tasks: tasks, streams: streams, rounds: 3, reactors: reactors, logger: logger).run()
        reactors.shutdown()
        return true
    case "pause":
        let hub = try await LocalHub.signIn(environment)
        let trial = PauseTrial(
            hub: hub,
            tasks: arguments.number(0, 500_000),
            moves: arguments.number(1, 20),
            writes: arguments.number(2, 200),
            reads: arguments.number(3, 500)
        )
        return try await trial.report()
    case "drain":
        let hub = try await LocalHub.signIn(environment)
        return try await DrainTrial(hub: hub, tenants: arguments.number(0, 200)).report()
    default:
        print("the parts of this benchmark are: copy, pause, drain")
        exit(2)
    }
}
