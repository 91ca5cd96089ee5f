import FoundationEssentials
import Glibc
import Synchronization

/// A private Redis server on a free port of 127.0.0.1, with a password, a temporary directory and nothing kept on disk.
///
/// It dies with the test process, however that ends: a watchdog waits for the end of a stream whose other end only this
/// process holds, kills the server and removes its directory.
package final class RedisServer: Sendable {
    /// The port, the same after every restart.
    package let port: Int

    /// The password of the default user.
    package let password: String

    /// Where the server runs and writes `redis.log`.
    package let directory: String

    private let options: [String]
    private let running = Mutex<Running?>(nil)

    /// The processes of one start.
    private struct Running {
        let server: pid_t
        let watchdog: pid_t
        /// The other end of the watchdog's standard input.
        let lifeline: CInt
    }

    /// A server that is not running yet.
    ///
    /// - Parameter options: further options of `redis-server`, such as `["--maxmemory", "2mb"]`.
    package init(options: [String] = []) throws {
        self.options = options
        self.port = try freePort()
        self.password = "secret-\(UInt64.random(in: 0 ... .max))"
        let name = "redis-server-\(port)-\(UInt32.random(in: 0 ... .max))"
        self.directory = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        remove()
    }

    /// Lends a running server, and stops it when `body` ends.
    package static func withServer<Value>(
        options: [String] = [],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RedisServer) async throws -> Value
    ) async throws -> Value {
        let server = try RedisServer(options: options)
        try await server.start()
        defer { server.remove() }
        return try await body(server)
    }

    /// Starts the server, with an empty memory and a run id never seen before, and waits until it answers.
    package func start() async throws {
        try launch()
        try await waitFor("Redis on port \(port) to answer", within: .seconds(10)) {
            (try? self.ask("PING")) == "+PONG"
        }
    }

    /// Starts the server without waiting for it.
    package func launch() throws {
        let arguments = [
            "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--requirepass", password, "--dir", directory,
            "--save", "", "--appendonly", "no", "--logfile", "\(directory)/redis.log",
        ]
        let output = "\(directory)/output.log"
        let server = try ChildProcess.start(arguments + options, output: output)
        let watch = "read -r line; kill -9 $0; rm -rf -- \"$1\""
        let (watchdog, lifeline) = try ChildProcess.startTethered(
            ["sh", "-c", watch, "\(server)", directory],
            output: output
        )
        running.withLock { $0 = Running(server: server, watchdog: watchdog, lifeline: lifeline) }
    }

    /// Ends the server as an operator would, and waits until it is gone.
    package func stop() {
        end(with: SIGTERM)
    }

    /// Kills the server, and waits until it is gone.
    package func kill9() {
        end(with: SIGKILL)
    }

    /// Suspends the server: its sockets stay open, the kernel accepts new connections, and nothing answers.
    package func sigstop() {
        send(SIGSTOP)
    }

    /// Resumes a suspended server.
    package func sigcont() {
        send(SIGCONT)
    }

    /// Removes all keys of all databases.
    package func flushAll() throws {
        guard try ask("FLUSHALL") == "+OK" else { throw ChildFailure("FLUSHALL was refused") }
    }

    /// What the server answers to an inline command on a connection of its own, in wire form without the last line end.
    package func ask(_ command: String) throws -> String {
        let answer = try Loopback.exchange(port: port, "AUTH \(password)\r\n\(command)\r\nQUIT\r\n")
        let (before, after) = (Array("+OK\r\n".utf8), Array("\r\n+OK\r\n".utf8))
        guard answer.starts(with: before), answer.reversed().starts(with: after.reversed()) else {
            throw ChildFailure(
                "Redis on port \(port) answered \(command) with \(String(decoding: answer, as: UTF8.self))"
            )
        }
        return String(decoding: answer.dropFirst(before.count).dropLast(after.count), as: UTF8.self)
    }

    // MARK: - Private

    private func remove() {
        end(with: SIGKILL)
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func send(_ signal: CInt) {
        running.withLock { running in
            guard let running else { return }
            _ = kill(running.server, signal)
        }
    }

    private func end(with signal: CInt) {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let ended else { return }
        // The watchdog goes first: after the server is reaped its process id may name another process.
        _ = kill(ended.watchdog, SIGKILL)
        ChildProcess.wait(for: ended.watchdog)
        close(ended.lifeline)
        _ = kill(ended.server, signal)
        _ = kill(ended.server, SIGCONT)
        var polls = 0
        while !ChildProcess.hasEnded(ended.server) {
            polls += 1
            if polls == 5000 { _ = kill(ended.server, SIGKILL) }
            usleep(1000)
        }
    }
}

/// Blocking TCP on 127.0.0.1, just enough to ask a test server something.
private enum Loopback {
    /// The type of a stream socket that no child inherits.
    static let streamOnExecClosed = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)

    /// Sends a request and reads until the peer closes the connection, two seconds at most between two reads.
    static func exchange(port: Int, _ request: String) throws -> [UInt8] {
        let descriptor = try makeSocket()
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = makeAddress(port: port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let bytes = Array(request.utf8)
        guard connected, Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
            throw ChildFailure.system("connect to port \(port)")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw ChildFailure.system("read from port \(port)") }
            guard count > 0 else { return answer }
            answer += buffer.prefix(count)
        }
    }

    private static func makeSocket() throws -> CInt {
        let descriptor = socket(AF_INET, streamOnExecClosed, 0)
        guard descriptor >= 0 else { throw ChildFailure.system("socket") }
        return descriptor
    }

    private static func makeAddress(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return address
    }
}

extension ChildFailure {
    /// The failure of a system call, told by `errno`.
    fileprivate static func system(_ call: String) -> ChildFailure {
        ChildFailure("\(call): \(String(cString: strerror(errno)))")
    }
}
