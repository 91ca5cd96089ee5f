import CacheSimulation
import Glibc

/// One seed again, with what happened.
struct Replay {
    let seed: UInt64

    func run() {
        let result = Simulation(SimulationConfiguration(seed: seed, recordsTrace: true)).run()
        for line in result.trace.suffix(200) { print(line) }
        print("\(result.steps) steps, digest \(String(result.digest, radix: 16))")
        guard let violation = result.violation else { return print("no violation") }
        print(violation)
        exit(1)
    }
}
