import BenchmarkReport
import FoundationEssentials
import Glibc

// The API of a running local deployment (HUB_HOME, HUB_PORT), through its router: what requests cost, whether two hundred
// people at once are answered rightly, and what the burst of one tenant does to another; or, when the first word is
// cache, what the cache of shard us-1 is worth.
//
// compose/bench api and compose/bench cache bring the deployment up and take it down again.

let parts = CommandLine.arguments.dropFirst()

await Benchmark.run {
    let hub = try Hub(environment: ProcessInfo.processInfo.environment)
    if parts.first == "cache" { return try await CacheBenchmark(hub: hub).report(parts.dropFirst()) }
    func wants(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }
    if wants("rates") { try await RequestRates(hub: hub).report() }
    if wants("burst") { try await TenantBurst(hub: hub).report() }
    return wants("mixed") ? try await MixedLoad(hub: hub).report() : true
}
