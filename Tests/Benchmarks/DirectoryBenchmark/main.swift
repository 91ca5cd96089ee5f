import BenchmarkReport
import Directory
import HubModel
import HubTesting
import Logging
import Placement
import Postgres
import Reactor

// A directory of a million tenants: how fast a router that starts cold has it, what it costs in memory, how fast names
// are looked up, and how soon a change is used.

let tenants = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
let rounds = 3

let cluster = try PostgresCluster.start(settings: ["shared_buffers": "256MB", "max_wal_size": "4GB"])
let reactors = try ReactorGroup(count: 1, name: "bench")
let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
try await cluster.withDatabase { configuration in
    try await PostgresPool.withPool(configuration) { pool in
        print("Filling a directory with \(Double(tenants).formatted(digits: 0)) tenants …")
        let filled = try await FilledDirectory(pool: pool, tenants: tenants)
        let load = try await ColdLoad(configuration: configuration, reactor: reactors.next(), cluster: cluster)
            .measure(rounds: rounds)
        var report = Report(columns: [
            "cold load of \(Double(tenants).formatted(digits: 0)) tenants", "seconds", "× psql",
        ])
        report.add("psql, COPY of the same rows to /dev/null", load.psql.formatted(digits: 2), "1.00")
        report.add(
            "router's feed, to a table ready for look-ups",
            load.feed.formatted(digits: 2),
            (load.feed / load.psql).formatted(digits: 2)
        )
        report.print(title: "Loading (goal: 2 × psql or less), medians of \(rounds)")

        let memory = MemoryUse(snapshot: load.snapshot, residentGrowth: load.residentGrowth, names: filled.nameBytes)
        memory.report.print(title: "Memory (goal: 100 bytes a tenant or less beyond its name)")

        let lookups = LookupRate(names: filled.names).measure(load.snapshot, rounds: rounds)
        lookups.report.print(title: "Look-ups on one core (goal: 5,000,000 a second or more)")

        let freshness = try await Freshness(configuration: configuration, reactor: reactors.next(), directory: filled)
            .measure(commits: 400)
        freshness.print(
            title: "From a commit in the directory to the table a router reads (goal: p99 of 50 ms or less)"
        )
    }
}
cluster.remove()
reactors.shutdown()
