import Glibc

package enum Benchmark {
    /// Runs a benchmark and ends the process: with 0 when it was as it should be, with 1 when it was not, or when it could
    /// not go on, of which it then says why.
    package static func run(_ body: () async throws -> Bool) async -> Never {
        do {
            exit(try await body() ? 0 : 1)
        } catch {
            print("the benchmark cannot go on: \(error)")
            exit(1)
        }
    }
}
