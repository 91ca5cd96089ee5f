import CLinux
import Foundation
import Glibc
import Synchronization
import Topology

/// A program that hubctl runs; it is ended when the task that runs it is cancelled.
struct ExternalProgram: Sendable {
    /// What a program left that has ended.
    struct Outcome: Sendable {
        /// Its exit status; 128 and the signal if it was killed, as in a shell.
        let status: Int32
        let output: String
        let errors: String
    }

    /// The program, looked up in `PATH`, and its arguments.
    let arguments: [String]
    /// Variables besides those of this process.
    var environment: [String: String] = [:]
    /// The folder it runs in; nil for this process's.
    var folder: String?
    /// What ends it when its task is cancelled.
    var endingSignal = SIGTERM

    /// Runs the program to its end, without blocking the threads that run tasks.
    ///
    /// - Parameter onLine: gets each line of its output as it is written, instead of ``Outcome/output``.
    /// - Throws: `CancellationError`, or ``OperatorError`` when it cannot be started.
    func run(onLine: (@Sendable (String) -> Void)? = nil) async throws -> Outcome {
        let child = Mutex(Child.waiting)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // A thread of its own for as long as the child lives: the child is to die with the thread that made it.
                Thread.detachNewThread {
                    continuation.resume(with: Result { try runHere(child, onLine) })
                }
            }
        } onCancel: {
            child.withLock { child in
                if case .running(let pid) = child { kill(-pid, endingSignal) }
                child = .cancelled
            }
        }
    }

    // MARK: - Private

    private enum Child {
        case waiting
        case running(pid_t)
        case ended
        case cancelled
    }

    private func runHere(_ child: borrowing Mutex<Child>, _ onLine: ((String) -> Void)?) throws -> Outcome {
        let (output, errors) = (try StreamPipe(), try StreamPipe())
        let pid: pid_t = try child.withLock { child in
            if case .cancelled = child { throw CancellationError() }
            let pid = try spawn(output: output.writing, errors: errors.writing)
            child = .running(pid)
            return pid
        }
        close(output.writing)
        close(errors.writing)
        var texts = ["", ""]
        var lines = LineSplitter()
        StreamPipe.drain([output.reading, errors.reading]) { index, bytes in
            if index == 0, let onLine {
                for line in lines.take(bytes) { onLine(line) }
            } else {
                texts[index] += String(decoding: bytes, as: UTF8.self)
            }
        }
        var status: Int32 = 0
        // Not reaped under another's eyes: the number is the child's until the state says that it has ended.
        while waitid(P_PID, id_t(pid), nil, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        let isCancelled = child.withLock { child in
            defer { child = .ended }
            if case .cancelled = child { return true }
            return false
        }
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        if isCancelled { throw CancellationError() }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return Outcome(status: code, output: texts[0], errors: texts[1])
    }

    private func spawn(output: Int32, errors: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        spawn_closing_from(&actions, STDERR_FILENO + 1)
        // A group of its own: a Ctrl-C is hubctl's to judge. And no blocked signals, which a child would inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        var allSignals = sigset_t()
        sigfillset(&allSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setsigdefault(&attributes, &allSignals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF)
        )
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let command = folder.map { ["env", "--chdir=\($0)"] + arguments } ?? arguments
        var words = command.map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(&pid, command[0], &actions, &attributes, &words, &settings)
        guard failure == 0 else {
            close(output)
            close(errors)
            throw OperatorError(.failed, "cannot start \(arguments[0]): \(String(cString: strerror(failure)))")
        }
        return pid
    }
}

/// The two ends of a pipe, neither of which a child inherits by accident.
private struct StreamPipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        // As pipe2 would make them, which Swift's Glibc lacks.
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw OperatorError(.failed, "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        (reading, writing) = (ends[0], ends[1])
    }

    /// Reads all of them until their ends, and closes them.
    static func drain(_ descriptors: [Int32], _ body: (Int, ArraySlice<UInt8>) -> Void) {
        var open = Set(descriptors.indices)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !open.isEmpty {
            let order = open.sorted()
            var polled = order.map { pollfd(fd: descriptors[$0], events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            for (index, state) in zip(order, polled) where state.revents != 0 {
                let count = read(descriptors[index], &buffer, buffer.count)
                if count > 0 {
                    body(index, buffer[..<count])
                } else if count == 0 || errno != EINTR {
                    close(descriptors[index])
                    open.remove(index)
                }
            }
        }
    }
}

/// Cuts a stream into lines.
private struct LineSplitter {
    private var rest: [UInt8] = []

    mutating func take(_ bytes: ArraySlice<UInt8>) -> [String] {
        rest += bytes
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = lines.removeLast()
        let found = lines.map { String(decoding: $0, as: UTF8.self) }
        rest = Array(last)
        return found
    }
}
