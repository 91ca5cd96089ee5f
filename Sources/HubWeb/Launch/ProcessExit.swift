import ArgumentParser
import Foundation
import Observability
import Topology

/// How a serving process ends when it cannot serve: one sentence on standard error and an exit status that says why.
package enum ProcessExit {
    /// Runs a process and tells what stopped it.
    ///
    /// - Parameter program: the program's name, which begins the sentence.
    /// - Throws: `ExitCode` of the failure.
    package static func reporting(_ program: String, _ body: () async throws -> Void) async throws {
        do {
            try await body()
            Observability.flush()
        } catch {
            let failure = StartupFailure(error)
            Observability.flush()
            FileHandle.standardError.write(Data("\(program): \(failure)\n".utf8))
            throw ExitCode(failure.status.rawValue)
        }
    }
}
