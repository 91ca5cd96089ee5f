import Glibc
import MoveSimulation

/// One seed again, with what happened.
struct Replay {
    let seed: UInt64
    let flaw: PlantedFlaw?

    func run() {
        var configuration = flaw?.configuration(seed: seed) ?? SimulationConfiguration(seed: seed)
        configuration.recordsTrace = true
        var simulation = Simulation(configuration)
        let result = simulation.run()
        for line in result.trace.suffix(200) { print(line) }
        print("\(result.steps) steps, digest \(String(result.digest, radix: 16))")
        guard let violation = result.violation else { return print("no violation") }
        print(violation)
        exit(1)
    }
}
