import BenchmarkReport
import FoundationEssentials
import Glibc

// What it costs that a hub grows. compose/bench grow brings up the deployment that its parts want.
//
//   report [TENANTS [ROUNDS]]   reports over so many tenants on each shard, beside plain SQL

let arguments = PartArguments()
let environment = ProcessInfo.processInfo.environment

switch arguments.part {
case "report":
    let trial = try await ReportTrial(
        environment,
        tenants: arguments.number(0, 1000),
        rounds: arguments.number(1, 7)
    )
    exit(try await trial.report() ? 0 : 1)
default:
    print("the parts of this benchmark are: report")
    exit(2)
}
