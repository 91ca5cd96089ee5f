import Foundation
import Glibc
import Topology
import UnixSignals

/// `hubctl` as a process: its arguments and streams, its exit status, and what an interrupt does.
package enum OperatorProcess {
    /// Runs the process's command line to its end.
    ///
    /// SIGINT and SIGTERM cancel the command, which then rolls back what it had not committed, or stops after the step it
    /// is at; a second one ends the process at once. Either way the process ends by the signal, so that a calling shell sees the truth.
    package static func run() async -> Never {
        let environment = ProcessInfo.processInfo.environment
        let console = Console.standard(environment: environment)
        let arguments = Array(CommandLine.arguments.dropFirst())
        let interruption = Interruption()
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                let status = await Hubctl.run(
                    arguments,
                    environment: environment,
                    console: console,
                    interruption: interruption
                )
                return .finished(status)
            }
            group.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    return .interrupted(signal)
                }
                return .untrapped
            }
            var ending = await group.next() ?? .untrapped
            if case .interrupted(let signal) = ending {
                Glibc.signal(signal.rawValue, SIG_DFL)
                if interruption.request() { group.cancelAll() }
            } else if case .finished = ending {
                group.cancelAll()
            }
            for await other in group {
                if case .untrapped = ending { ending = other }
            }
            return ending
        }
        switch ending {
        case .finished(let status): exit(status.rawValue)
        case .interrupted(let signal): kill(getpid(), signal.rawValue)
        case .untrapped: break
        }
        exit(ExitStatus.failed.rawValue)
    }

    // MARK: - Private

    private enum Ending: Sendable {
        case finished(ExitStatus)
        case interrupted(UnixSignal)
        /// The signals could not be trapped; the command goes on without.
        case untrapped
    }
}
