import Glibc

// The cache protocol under random faults: how much is tried in a second, and whether anything breaks.
//
//   bench-cache-sim [--seed N] [--steps N]     from that seed on (default 1), until so many steps (default 5,000,000)
//   bench-cache-sim --replay N                 one seed, with what happened in its last moments
//   bench-cache-sim --flaws [--seeds N]        the seeds until each planted flaw is caught

let options: Options
do {
    options = try Options(CommandLine.arguments.dropFirst())
} catch {
    print(error)
    exit(2)
}
switch options.mode {
case .sweep: await Sweep(first: options.seed, steps: options.steps).run()
case .replay: Replay(seed: options.seed).run()
case .flaws: FlawSearch(first: options.seed, seeds: options.seeds).run()
}
