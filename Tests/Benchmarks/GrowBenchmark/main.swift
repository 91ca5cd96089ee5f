import BenchmarkReport
import FoundationEssentials
import Glibc

// What it costs that a hub grows. compose/bench grow brings up the deployment that its parts want.
//
//   report [TENANTS [ROUNDS]]    reports over so many tenants on each shard, beside plain SQL
//   backup [MEGABYTES [ROUNDS]]  backup and restore of a shard of that size, beside pg_basebackup

let arguments = PartArguments()
let environment = ProcessInfo.processInfo.environment

await Benchmark.run {
    switch arguments.part {
    case "report":
        let (tenants, rounds) = (arguments.number(0, 1000), arguments.number(1, 7))
        return try await ReportTrial(environment, tenants: tenants, rounds: rounds).report()
    case "backup":
        let (megabytes, rounds) = (arguments.number(0, 1500), arguments.number(1, 3))
        return try await BackupTrial(environment, megabytes: megabytes, rounds: rounds).report()
    default:
        print("the parts of this benchmark are: report, backup")
        exit(2)
    }
}
