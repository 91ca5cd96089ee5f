import Glibc

// The protocol of a move under random faults: how much is tried in a second, and whether anything breaks.
//
//   bench-move-sim [--seed N] [--steps N]      from that seed on (default 1), until so many steps (default 5,000,000)
//   bench-move-sim --replay N [--flaw NAME]    one seed, with what happened in its last moments
//   bench-move-sim --flaws [--seeds N]         the seeds until each planted flaw is caught
//   bench-move-sim --explore                   every schedule of one small switch, and of its reversal

let options: Options
do {
    options = try Options(CommandLine.arguments.dropFirst())
} catch {
    print(error)
    exit(2)
}
switch options.mode {
case .sweep: await Sweep(first: options.seed, steps: options.steps).run()
case .replay: Replay(seed: options.seed, flaw: options.flaw).run()
case .flaws: FlawSearch(first: options.seed, seeds: options.seeds).run()
case .explore: Schedules().run()
}
