import BenchmarkReport
import Glibc

// The router beside nginx and haproxy, each alone on one processor, before the same origin and the same load.
//
//   cost [ROUNDS [SECONDS]]     CPU for each request, rate and added latency
//   memory [CONNECTIONS]        idle connections, and a client that behaves beside slow ones
//   soak [REQUESTS]             the router's memory over many requests

let arguments = PartArguments()

guard Processors.count >= 2 else {
    print("this benchmark needs two processors: one for the proxy, one for the load and the origin")
    exit(2)
}

let part = arguments.part
let isKnown = part.map { ["cost", "memory", "soak"].contains($0) } ?? true
guard isKnown else {
    print("the parts of this benchmark are: cost, memory, soak")
    exit(2)
}

await Benchmark.run {
    try await Workplace.with(tenants: 100_000) { @Sendable place in
        var isFine = true
        if part == nil || part == "cost" {
            isFine =
                try await CostTrial(place: place, rounds: arguments.number(0, 3), seconds: arguments.number(1, 4))
                .report() && isFine
        }
        if part == nil || part == "memory" {
            isFine = try await MemoryTrial(place: place, connections: arguments.number(0, 10_000)).report() && isFine
        }
        if part == "soak" {
            isFine = try await SoakTrial(place: place, requests: arguments.number(0, 10_000_000)).report() && isFine
        }
        return isFine
    }
}
