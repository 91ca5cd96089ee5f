import FoundationEssentials
import Glibc
package import Postgres
import Synchronization

/// A private PostgreSQL server on a free port of 127.0.0.1, with passwords (SCRAM), without a Unix socket, and with a data
/// folder of its own that is never synced to disk.
///
/// It dies with the test process, however that ends: a watchdog waits for the end of a stream whose other end only this
/// process holds, ends the server and removes its folder.
package final class PostgresCluster: Sendable {
    /// The superuser.
    package static let user = "hub_admin"

    /// The port, the same after every restart.
    package let port: Int

    /// The superuser's password.
    package let password: String

    /// Where the server's data and its `postgres.log` are.
    package let directory: String

    private let settings: [String: String]
    private let binaries: PostgresBinaries
    private let running = Mutex<Running?>(nil)
    private let databases = Atomic<Int>(0)

    /// The processes of one start.
    private struct Running {
        let server: pid_t
        let watchdog: pid_t
        /// The other end of the watchdog's standard input.
        let lifeline: CInt
    }

    private static let sharedStart = Result { try PostgresCluster.start() }

    /// The cluster that the tests of a process share; started by the first to ask.
    package static var shared: PostgresCluster {
        get throws { try sharedStart.get() }
    }

    /// The path of a program that belongs to the servers, such as `pgbench`.
    package static func program(_ name: String) throws -> String {
        try PostgresBinaries()[name]
    }

    /// Makes a cluster and starts it.
    ///
    /// - Parameter settings: further settings of the server, such as `["wal_level": "logical"]`.
    package static func start(settings: [String: String] = [:]) throws -> PostgresCluster {
        let cluster = try PostgresCluster(settings: settings)
        try cluster.start()
        return cluster
    }

    /// Lends a cluster of one's own, and ends it afterwards.
    package static func withCluster<Value>(
        settings: [String: String] = [:],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = try await ChildProcess.aside { try start(settings: settings) }
        defer { cluster.remove() }
        return try await body(cluster)
    }

    /// Lends a replica of a running cluster, as far as that is now; it follows what comes.
    package static func withReplica<Value>(
        of primary: PostgresCluster,
        settings: [String: String] = [:],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresCluster) async throws -> Value
    ) async throws -> Value {
        let replica = try await ChildProcess.aside {
            let replica = try PostgresCluster(settings: settings, replicaOf: primary)
            try replica.start()
            return replica
        }
        defer { replica.remove() }
        return try await body(replica)
    }

    /// - Parameter primary: whose replica it is to be; nil for a cluster with nothing in it.
    private init(settings: [String: String], replicaOf primary: PostgresCluster? = nil) throws {
        self.settings = settings
        binaries = try PostgresBinaries()
        port = try freePort()
        password = primary?.password ?? "secret-\(UUID().uuidString)"
        directory = FileManager.default.temporaryDirectory.appending(path: "postgres-\(port)-\(UUID().uuidString)").path
        if let primary { try copy(primary) } else { try initialise() }
    }

    deinit {
        remove()
    }

    // MARK: Databases

    /// How to reach a database as superuser.
    package func configuration(database: String = "postgres") -> PostgresConfiguration {
        PostgresConfiguration(
            host: "127.0.0.1",
            port: port,
            database: database,
            user: Self.user,
            password: PostgresPassword(password)
        )
    }

    /// Makes an empty database.
    ///
    /// - Returns: its name.
    package func createDatabase() throws -> String {
        let name = nextDatabaseName()
        try run("CREATE DATABASE \(name)")
        return name
    }

    /// Lends an empty database.
    ///
    /// It is left to the end of the cluster: `DROP DATABASE` waits for every session of the cluster to look up from its
    /// work, and one that sends to a client which does not read never does.
    package func withDatabase<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConfiguration) async throws -> Value
    ) async throws -> Value {
        let name = nextDatabaseName()
        try await ChildProcess.runAside(psql("CREATE DATABASE \(name)", "postgres"), environment: environment)
        return try await body(configuration(database: name))
    }

    /// Runs statements by `psql`, which knows nothing of the driver under test.
    ///
    /// - Returns: the rows, one a line, columns separated by `|`.
    @discardableResult
    package func run(_ sql: String, database: String = "postgres") throws -> String {
        try ChildProcess.run(psql(sql, database), environment: environment)
    }

    // MARK: The server

    /// Starts the server and waits until it accepts connections.
    package func start() throws {
        let log = "\(directory)/postgres.log"
        let server = try ChildProcess.start(binaries.demotion + serverCommand, output: log)
        let script = """
            trap '' INT TERM HUP; read -r line; kill -QUIT \(server); kill -CONT \(server)
            i=0; while kill -0 \(server) && [ $i -lt 30 ]; do sleep 0.1; i=$((i + 1)); done
            kill -9 \(server); rm -rf -- '\(directory)'
            """
        let (watchdog, lifeline) = try ChildProcess.startTethered(["sh", "-c", script], output: "/dev/null")
        running.withLock { $0 = Running(server: server, watchdog: watchdog, lifeline: lifeline) }
        try waitUntilReady(server, log)
    }

    /// Ends the server as an operator in a hurry would (fast shutdown), and waits until it is gone.
    package func stop() {
        end(with: SIGINT)
    }

    /// Kills all processes of the server at once, as a power failure would.
    package func kill9() {
        end(with: SIGKILL)
    }

    /// Suspends all processes of the server: sockets stay open, the kernel accepts new connections, nothing answers.
    package func sigstop() {
        for process in processes { _ = kill(process, SIGSTOP) }
    }

    /// Resumes a suspended server.
    package func sigcont() {
        for process in processes { _ = kill(process, SIGCONT) }
    }

    /// Kills the server and removes its folder.
    package func remove() {
        end(with: SIGKILL)
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: - Private

    private func nextDatabaseName() -> String {
        "test_\(databases.add(1, ordering: .relaxed).newValue)"
    }

    private func psql(_ sql: String, _ database: String) -> [String] {
        [
            binaries["psql"], "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", "\(port)",
            "-U", Self.user, "-d", database, "-c", sql,
        ]
    }

    private var environment: [String: String] { ["PGPASSWORD": password, "PGOPTIONS": ""] }

    private func initialise() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let passwordFile = "\(directory)/password"
        try password.write(toFile: passwordFile, atomically: false, encoding: .utf8)
        if let owner = binaries.owner {
            guard chown(directory, owner.user, owner.group) == 0, chown(passwordFile, owner.user, owner.group) == 0
            else { throw ChildFailure("cannot give \(directory) to an ordinary user") }
        }
        try ChildProcess.run(
            binaries.demotion + [
                binaries["initdb"], "-D", "\(directory)/data", "-U", Self.user, "--pwfile=\(passwordFile)",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
            ]
        )
    }

    /// Fetches a base backup that follows the primary once it is started.
    private func copy(_ primary: PostgresCluster) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if let owner = binaries.owner, chown(directory, owner.user, owner.group) != 0 {
            throw ChildFailure("cannot give \(directory) to an ordinary user")
        }
        let place = "host=127.0.0.1 port=\(primary.port) user=\(Self.user) password=\(primary.password)"
        try ChildProcess.run(
            binaries.demotion + [
                binaries["pg_basebackup"], "-D", "\(directory)/data", "-d", place, "-R", "--checkpoint=fast",
                "--no-sync",
            ]
        )
    }

    private var serverCommand: [String] {
        let base = [
            "port": "\(port)", "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
            "full_page_writes": "off", "max_connections": "200", "shared_buffers": "32MB", "logging_collector": "off",
            "log_line_prefix": "%m [%p] %a ",
        ]
        let all = base.merging(settings) { $1 }.sorted { $0.key < $1.key }
        return [binaries["postgres"], "-D", "\(directory)/data"] + all.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private func waitUntilReady(_ server: pid_t, _ log: String) throws {
        let probe = [binaries["pg_isready"], "-q", "-h", "127.0.0.1", "-p", "\(port)"]
        let deadline = ContinuousClock.now + .seconds(60)
        while (try? ChildProcess.run(probe)) == nil {
            let hasEnded = ChildProcess.hasEnded(server)
            guard !hasEnded, ContinuousClock.now < deadline else {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                if hasEnded { running.withLock { $0 = nil } }
                throw ChildFailure("PostgreSQL did not start on port \(port): \(text.suffix(2000))")
            }
            usleep(20_000)
        }
    }

    /// The postmaster and its children, which have sessions of their own and so are in no group with it.
    private var processes: [pid_t] {
        guard let server = running.withLock({ $0?.server }) else { return [] }
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let children = entries.compactMap { pid_t($0) }.filter { process in
            // "pid (name) state parent …"; the name may contain anything.
            guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let close = stat.lastIndex(of: ")")
            else { return false }
            let fields = stat[stat.index(after: close)...].split(separator: " ")
            return fields.count > 1 && pid_t(fields[1]) == server
        }
        return [server] + children
    }

    private func end(with signal: CInt) {
        let all = processes
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let ended else { return }
        // The watchdog goes first: after the server is reaped its process id may name another process.
        _ = kill(ended.watchdog, SIGKILL)
        ChildProcess.wait(for: ended.watchdog)
        close(ended.lifeline)
        for process in signal == SIGKILL ? all : [ended.server] { _ = kill(process, signal) }
        for process in all { _ = kill(process, SIGCONT) }
        ChildProcess.wait(for: ended.server)
    }
}
