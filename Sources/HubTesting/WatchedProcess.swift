package import Glibc
import Synchronization

/// A program that a test runs beside itself, and that dies with the test process, however that ends: a watchdog waits for
/// the end of a stream whose other end only this process holds, and kills the program.
package final class WatchedProcess: Sendable {
    private struct Running {
        let program: pid_t
        let watchdog: pid_t
        /// The other end of the watchdog's standard input.
        let lifeline: CInt
    }

    private let running: Mutex<Running?>

    /// Starts a program without waiting for it.
    ///
    /// - Parameters:
    ///   - arguments: the program and its arguments.
    ///   - environment: variables besides those of this process.
    ///   - output: the file that gets its output and its errors, appended.
    package init(_ arguments: [String], environment: [String: String] = [:], output: String) throws {
        let program = try ChildProcess.start(arguments, environment: environment, output: output)
        let watch = ["sh", "-c", "read -r line; kill -9 \(program)"]
        let (watchdog, lifeline) = try ChildProcess.startTethered(watch, output: "/dev/null")
        running = Mutex(Running(program: program, watchdog: watchdog, lifeline: lifeline))
    }

    deinit {
        kill9()
    }

    /// The program's number, for reading about it in `/proc`; nil once it was seen to have ended.
    package var identifier: pid_t? { running.withLock { $0?.program } }

    /// Sends a signal, unless the program has ended.
    package func send(_ signal: CInt) {
        running.withLock { running in
            guard let running else { return }
            _ = kill(running.program, signal)
        }
    }

    /// Whether the program has ended, by itself or not.
    package var hasEnded: Bool {
        running.withLock { current in
            guard let running = current else { return true }
            // The program's number is free for another from here on: whoever might still use it goes at the same time.
            guard ChildProcess.hasEnded(running.program) else { return false }
            WatchedProcess.dismiss(running)
            current = nil
            return true
        }
    }

    /// Kills the program, and waits until it is gone.
    package func kill9() {
        running.withLock { current in
            guard let running = current else { return }
            // The watchdog goes first: after the program is reaped its number may name another process.
            WatchedProcess.dismiss(running)
            _ = kill(running.program, SIGKILL)
            ChildProcess.wait(for: running.program)
            current = nil
        }
    }

    // MARK: - Private

    private static func dismiss(_ running: Running) {
        _ = kill(running.watchdog, SIGKILL)
        ChildProcess.wait(for: running.watchdog)
        close(running.lifeline)
    }
}
