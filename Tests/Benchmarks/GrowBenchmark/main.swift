import BenchmarkReport
import FoundationEssentials
import Glibc

// What it costs that a hub grows. compose/bench grow brings up the deployment that its parts want.
//
//   report [TENANTS [ROUNDS]]   reports over so many tenants on each shard, beside plain SQL

let arguments = PartArguments()
let environment = ProcessInfo.processInfo.environment

await Benchmark.run {
    switch arguments.part {
    case "report":
        let (tenants, rounds) = (arguments.number(0, 1000), arguments.number(1, 7))
        return try await ReportTrial(environment, tenants: tenants, rounds: rounds).report()
    default:
        print("the parts of this benchmark are: report")
        exit(2)
    }
}
