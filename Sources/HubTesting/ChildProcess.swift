import CLinux
import Dispatch
import FoundationEssentials
package import Glibc

/// Programs that a test runs.
package enum ChildProcess {
    /// Starts a program without waiting for it.
    ///
    /// - Parameters:
    ///   - arguments: the program, looked up in `PATH`, and its arguments.
    ///   - environment: variables besides those of this process.
    ///   - input: the descriptor of its standard input; without one there is none.
    ///   - output: the file that gets its output and its errors, appended.
    package static func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: CInt? = nil,
        output: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // Not every library marks its sockets: one that lives on in a child is never closed for who is at its other end.
        spawn_closing_from(&actions, STDERR_FILENO + 1)
        // Threads of the test process may block signals, which a child would inherit: SIGTERM would never reach it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = arguments.map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var child: pid_t = 0
        let failure = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, &settings)
        guard failure == 0 else {
            throw ChildFailure("cannot start \(arguments[0]): \(String(cString: strerror(failure)))")
        }
        return child
    }

    /// Starts a program whose standard input ends when this process does, however that ends.
    ///
    /// - Returns: the program, and the other end of its standard input, which only this process holds.
    static func startTethered(
        _ arguments: [String],
        environment: [String: String] = [:],
        output: String
    ) throws -> (program: pid_t, lifeline: CInt) {
        var ends: [CInt] = [0, 0]
        // A socket pair, since it can be made invisible to the children of other threads at once.
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ChildFailure("socketpair failed") }
        defer { close(ends[0]) }
        do {
            return (try start(arguments, environment: environment, input: ends[0], output: output), ends[1])
        } catch {
            close(ends[1])
            throw error
        }
    }

    /// Runs a program to its end.
    ///
    /// - Returns: what it wrote, without line feeds at the end.
    /// - Throws: ``ChildFailure`` if it failed.
    @discardableResult
    package static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let child = try start(arguments, environment: environment, output: file)
        let status = wait(for: child)
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        guard status == 0 else { throw ChildFailure("\(arguments[0]) failed with status \(status): \(text)") }
        return text.lastIndex { !$0.isNewline }.map { String(text[...$0]) } ?? ""
    }

    /// Runs a program to its end without blocking the threads that run tasks: there are as few of them as processors, and
    /// what the program waits for may need one.
    ///
    /// - Returns: what it wrote, without line feeds at the end.
    @discardableResult
    package static func runAside(_ arguments: [String], environment: [String: String] = [:]) async throws -> String {
        try await aside { try run(arguments, environment: environment) }
    }

    /// Does work that blocks, such as starting a server, without blocking the threads that run tasks.
    package static func aside<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            blocking.async { continuation.resume(with: Result { try work() }) }
        }
    }

    private static let blocking = DispatchQueue(label: "child processes", attributes: .concurrent)

    /// Waits for the end of a child.
    ///
    /// - Returns: its wait status; 0 is success.
    @discardableResult
    package static func wait(for child: pid_t) -> CInt {
        var status: CInt = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        return status
    }

    /// Whether a child has ended; then it is reaped.
    package static func hasEnded(_ child: pid_t) -> Bool {
        var status: CInt = 0
        return waitpid(child, &status, WNOHANG) != 0
    }
}

/// A program that a test needs cannot be run, or failed.
package struct ChildFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
