import AppFixtures
import FoundationEssentials
import Glibc
import HubTesting
import Synchronization

/// A backend as it is deployed: the executable, with a topology file and secrets of its own.
final class BackendProcess: Sendable {
    private struct State {
        var process: WatchedProcess?
        var starts = 0
        var isServing = false
        /// Of each start that did not end well, when that was noticed.
        var deaths: [Int: Moment] = [:]
        /// From when until when it was suspended; nil for until now.
        var suspensions: [(begun: Moment, ended: Moment?)] = []
    }

    let name: String
    let port: Int
    let adminPort: Int

    let topology: String
    let secrets: [String: String]
    private let log: String
    private let state = Mutex(State())

    /// A backend that is not running yet.
    ///
    /// - Parameters:
    ///   - directory: gets its topology file, its state and its log.
    ///   - redisPort: where it reaches its region's Redis.
    ///   - replicas: of the shard's PostgreSQL.
    init(
        _ name: String,
        _ databases: HubDatabases,
        redis: RedisServer,
        redisPort: Int,
        replicas: [PostgresCluster] = [],
        directory: String
    ) throws {
        self.name = name
        port = try freePort()
        adminPort = try freePort()
        topology = "\(directory)/\(name).yaml"
        log = "\(directory)/\(name).log"
        secrets = databases.secrets.merging(["HUB_SECRET_REDIS_US_PASSWORD": redis.password]) { $1 }
        let servers = ([databases.cluster] + replicas).map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
        let text = """
            baseDomain: \(RunningBackend.baseDomain)
            publicURL: "http://{host}:8080"
            stateDirectory: "\(directory)"
            directory: { endpoints: ["127.0.0.1:\(databases.cluster.port)"], database: \(databases.directory) }
            regions: { us: { name: "United States", redis: "127.0.0.1:\(redisPort)" } }
            shards: { us-1: { region: us, endpoints: "\(servers)", database: \(databases.shard) } }
            routers: { router: { listen: "127.0.0.1:2", admin: "127.0.0.1:3" } }
            controls: { control: { listen: "127.0.0.1:4", admin: "127.0.0.1:5" } }
            backends: { \(name): { shard: us-1, listen: "127.0.0.1:\(port)", admin: "127.0.0.1:\(adminPort)" } }
            limits: { clientRequestsPerMinute: 10000000, tenantRequestsPerMinute: 10000000, replicaLagSeconds: 60 }
            """
        try text.write(toFile: topology, atomically: false, encoding: .utf8)
    }

    // MARK: Life

    /// How often it was started.
    var starts: Int { state.withLock { $0.starts } }

    /// Whether clients should ask it: it was started, answered, and nothing was done to it since.
    var isServing: Bool { state.withLock { $0.isServing } }

    /// When the process of a start was found dead, if it was.
    func death(ofStart start: Int) -> Moment? { state.withLock { $0.deaths[start] } }

    /// Starts it and waits until it serves.
    ///
    /// - Parameter failpoints: where it is to die or pause, as in `cache.before-commit=kill@3`.
    func start(failpoints: String? = nil) async throws {
        var environment = secrets
        if let failpoints { environment["HUB_FAILPOINTS"] = failpoints }
        let program = try Self.executable
        let process = try WatchedProcess(
            [program, "--topology", topology, "--name", name, "--log-level", "notice"],
            environment: environment,
            output: log
        )
        state.withLock { state in
            state.process = process
            state.starts += 1
        }
        let client = WebClient(port: port)
        try await waitFor("\(name) to be ready", within: .seconds(60)) {
            guard !process.hasEnded else { throw ChildFailure("\(name) ended: \(self.newestLogLines)") }
            return (try? await client.get("/ready"))?.status == 200
        }
        state.withLock { $0.isServing = true }
    }

    /// Kills it as the kernel kills a process.
    func kill9() {
        state.withLock { $0.isServing = false }
        process?.kill9()
        noteDeath()
    }

    /// Waits until it has died of itself.
    func waitForDeath() async throws {
        try await waitFor("\(name) to die", within: .seconds(60)) { self.process?.hasEnded ?? true }
        noteDeath()
    }

    /// Suspends it: its sockets stay open, the kernel accepts connections, nothing answers.
    func sigstop() {
        state.withLock { state in
            state.isServing = false
            state.suspensions.append((.now, nil))
        }
        process?.send(SIGSTOP)
    }

    func sigcont() {
        process?.send(SIGCONT)
        state.withLock { state in
            state.isServing = true
            if let last = state.suspensions.popLast() { state.suspensions.append((last.begun, .now)) }
        }
    }

    /// Whether it was suspended at some moment of that time.
    func wasSuspended(between begun: Moment, and ended: Moment) -> Bool {
        state.withLock { state in
            state.suspensions.contains { $0.begun <= ended && $0.ended.map { begun <= $0 } ?? true }
        }
    }

    // MARK: Asking it

    /// The value of a metric; nil when it has none of that name and label.
    ///
    /// - Parameter label: as in `outcome="hit"`.
    func metric(_ name: String, _ label: String = "") async throws -> Double? {
        let text = try await WebClient(port: adminPort).get("/metrics").text
        let line = text.split(separator: "\n").first { line in
            line.hasPrefix(name) && (line.dropFirst(name.count).first.map { " {".contains($0) } ?? false)
                && (label.isEmpty || line.contains(label))
        }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }

    /// What it said last, for a failure's message.
    var newestLogLines: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(5).joined(separator: "\n")
    }

    // MARK: - Private

    private var process: WatchedProcess? { state.withLock { $0.process } }

    private func noteDeath() {
        state.withLock { state in
            state.isServing = false
            state.process = nil
            state.deaths[state.starts] = .now
        }
    }

    private static var executable: String { get throws { try built("hub-backend") } }

    /// An executable that was built beside the tests.
    static func built(_ name: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: tests).deletingLastPathComponent().appending(path: name).path
    }
}
