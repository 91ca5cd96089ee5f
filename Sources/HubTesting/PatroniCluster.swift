import FoundationEssentials
import Glibc
package import Postgres
import Synchronization

/// Two PostgreSQL servers that Patroni keeps as primary and replica, with an etcd of their own.
///
/// They die with the test process, however that ends: each node's shell waits for the end of a stream whose other end only
/// this process holds, has Patroni stop its server, and ends.
package final class PatroniCluster: Sendable {
    /// The nodes' ports.
    package let ports: [Int]
    /// Where each node's Patroni tells how it is, by HTTP.
    package let statusPorts: [Int]
    package let password: String

    private let directory: String
    private let etcd: WatchedProcess
    private let nodes: Mutex<[Node]>

    /// A running node.
    private struct Node {
        let shell: pid_t
        /// The other end of the shell's standard input.
        let lifeline: CInt
    }

    /// Lends a cluster that has a primary and a replica, and ends it afterwards.
    ///
    /// - Parameter configuration: the file of both nodes.
    package static func with<Value>(
        configuration: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PatroniCluster) async throws -> Value
    ) async throws -> Value {
        let cluster = try PatroniCluster(configuration)
        do {
            let value = try await body(cluster)
            try await ChildProcess.aside { cluster.remove() }
            return value
        } catch {
            cluster.remove()
            throw error
        }
    }

    private init(_ configuration: String) throws {
        let binaries = try PostgresBinaries()
        ports = try [freePort(), freePort()]
        statusPorts = try [freePort(), freePort()]
        password = "secret-\(UUID().uuidString)"
        directory =
            FileManager.default.temporaryDirectory.appending(path: "patroni-\(ports[0])-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let (clients, peers) = try (freePort(), freePort())
        etcd = try WatchedProcess(
            [
                "etcd", "--data-dir", "\(directory)/etcd", "--listen-client-urls", "http://127.0.0.1:\(clients)",
                "--advertise-client-urls", "http://127.0.0.1:\(clients)", "--listen-peer-urls",
                "http://127.0.0.1:\(peers)", "--initial-advertise-peer-urls", "http://127.0.0.1:\(peers)",
                "--initial-cluster", "default=http://127.0.0.1:\(peers)",
            ],
            output: "\(directory)/etcd.log"
        )
        // Where the servers' user can read it.
        let file = "\(directory)/patroni.yaml"
        try FileManager.default.copyItem(atPath: configuration, toPath: file)
        guard chmod(directory, 0o755) == 0, chmod(file, 0o644) == 0 else { throw ChildFailure("chmod failed") }
        nodes = Mutex([])
        for (index, port) in ports.enumerated() {
            let folder = "\(directory)/\(index)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if let owner = binaries.owner, chown(folder, owner.user, owner.group) != 0 {
                throw ChildFailure("cannot give \(folder) to an ordinary user")
            }
            let node = try start(index, port, folder, file, etcd: clients, binaries)
            nodes.withLock { $0.append(node) }
        }
    }

    private func start(
        _ index: Int,
        _ port: Int,
        _ folder: String,
        _ file: String,
        etcd: Int,
        _ binaries: PostgresBinaries
    ) throws -> Node {
        let script = """
            trap '' INT TERM HUP
            "$@" & patroni=$!
            read -r line; kill -TERM $patroni
            i=0; while kill -0 $patroni && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
            kill -9 $patroni; kill -9 $(head -n 1 '\(folder)/data/postmaster.pid')
            """
        let status = "127.0.0.1:\(statusPorts[index])"
        let (shell, lifeline) = try ChildProcess.startTethered(
            ["bash", "-c", script, "patroni"] + binaries.demotion + ["patroni", file],
            environment: [
                "PATRONI_NAME": "node-\(index)", "PATRONI_RESTAPI_LISTEN": status,
                "PATRONI_RESTAPI_CONNECT_ADDRESS": status, "PATRONI_POSTGRESQL_LISTEN": "127.0.0.1:\(port)",
                "PATRONI_POSTGRESQL_CONNECT_ADDRESS": "127.0.0.1:\(port)",
                "PATRONI_POSTGRESQL_DATA_DIR": "\(folder)/data", "PATRONI_POSTGRESQL_PGPASS": "\(folder)/pgpass",
                "PATRONI_POSTGRESQL_BIN_DIR": try binaries.realFolder,
                "PATRONI_ETCD3_HOSTS": "127.0.0.1:\(etcd)", "PATRONI_SUPERUSER_PASSWORD": password,
                "PATRONI_REPLICATION_PASSWORD": password,
            ],
            output: "\(directory)/\(index).log"
        )
        return Node(shell: shell, lifeline: lifeline)
    }

    /// How to reach a database at the primary, whichever node that is, as superuser.
    package func configuration(database: String = "postgres") -> PostgresConfiguration {
        var configuration = PostgresConfiguration(
            hosts: ports.map { PostgresHost("127.0.0.1", $0) },
            database: database,
            user: PostgresCluster.user,
            password: PostgresPassword(password)
        )
        configuration.targetSession = .readWrite
        configuration.connectTimeout = .seconds(1)
        return configuration
    }

    /// Kills a node's server, and leaves its Patroni.
    package func kill9(serverOf node: Int) throws {
        let file = try String(contentsOfFile: "\(directory)/\(node)/data/postmaster.pid", encoding: .utf8)
        guard let process = file.split(separator: "\n").first.flatMap({ pid_t($0) }), kill(process, SIGKILL) == 0 else {
            throw ChildFailure("node \(node) has no server")
        }
    }

    /// The last lines of what the nodes say.
    package var log: String {
        (0..<ports.count).compactMap { try? String(contentsOfFile: "\(directory)/\($0).log", encoding: .utf8) }
            .map { $0.split(separator: "\n").suffix(12).joined(separator: "\n") }.joined(separator: "\n—\n")
    }

    /// Stops everything and removes its folder.
    package func remove() {
        let running = nodes.withLock { nodes in
            defer { nodes = [] }
            return nodes
        }
        for node in running { close(node.lifeline) }
        for node in running { _ = ChildProcess.wait(for: node.shell) }
        etcd.kill9()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
