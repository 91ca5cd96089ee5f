import BenchmarkReport
import FoundationEssentials
import Glibc

// The API of a running local deployment (HUB_HOME, HUB_PORT), through its router: what requests cost, whether two hundred
// people at once are answered rightly, and what the burst of one tenant does to another.
//
// compose/bench api brings the deployment up and takes it down again.

let hub = try Hub(environment: ProcessInfo.processInfo.environment)
let parts = CommandLine.arguments.dropFirst()
func wants(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }

if wants("rates") { try await RequestRates(hub: hub).report() }
if wants("burst") { try await TenantBurst(hub: hub).report() }
if wants("mixed"), try await !MixedLoad(hub: hub).report() { exit(1) }
