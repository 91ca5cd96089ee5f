import Glibc
import RouterFixtures

// The router under spoiled requests: its parser alone, then a whole router between clients and origins, beside haproxy.
//
//   bench-router-fuzz [--seed N] [--count N]   so many inputs (default 20,000) that the seed (default 1) decides, and a
//                                              hundred times as many through the parser

let options: Options
do {
    options = try Options(CommandLine.arguments.dropFirst())
} catch {
    print(error)
    exit(2)
}
exit(try await FuzzRun(seed: options.seed, count: options.count).run() ? 0 : 1)
