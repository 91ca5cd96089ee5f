import BenchmarkReport
import FoundationEssentials
import Glibc

// What it costs that a hub grows. compose/bench grow brings up the deployment that its parts want.
//
//   report [TENANTS [ROUNDS]]    reports over so many tenants on each shard, beside plain SQL
//   replicas [SECONDS]           where people's reads go beside writers, and what the check of a replica adds
//   failover                     what people notice when a primary dies and a replica is promoted
//   tenants [TENANTS [ALL]]      a tenant's people beside so many idle tenants of their shard, and of the directory
//   audit [ENTRIES [ROUNDS]]     what goes through to the audit store, how late, and what writers pay for it
//   backup [MEGABYTES [ROUNDS]]  backup and restore of a shard of that size, beside pg_basebackup
//   restore [TASKS [TENANTS]]    a tenant of so many tasks comes back to a moment, on a shard of so many others

let arguments = PartArguments()
let environment = ProcessInfo.processInfo.environment

await Benchmark.run {
    switch arguments.part {
    case "report":
        let (tenants, rounds) = (arguments.number(0, 1000), arguments.number(1, 7))
        return try await ReportTrial(environment, tenants: tenants, rounds: rounds).report()
    case "replicas":
        return try await ReplicaTrial(environment, seconds: arguments.number(0, 10)).report()
    case "failover":
        return try await FailoverTrial(environment).report()
    case "tenants":
        let (tenants, all) = (arguments.number(0, 100_000), arguments.number(1, 1_000_000))
        return try await TenantsTrial(environment, tenants: tenants, all: all).report()
    case "audit":
        let (rows, rounds) = (arguments.number(0, 200_000), arguments.number(1, 3))
        return try await AuditTrial(environment, rows: rows, rounds: rounds).report()
    case "backup":
        let (megabytes, rounds) = (arguments.number(0, 1500), arguments.number(1, 3))
        return try await BackupTrial(environment, megabytes: megabytes, rounds: rounds).report()
    case "restore":
        let (tasks, tenants) = (arguments.number(0, 100_000), arguments.number(1, 1000))
        return try await RestoreTrial(environment, tasks: tasks, tenants: tenants).report()
    default:
        print("the parts of this benchmark are: report, replicas, failover, tenants, audit, backup, restore")
        exit(2)
    }
}
