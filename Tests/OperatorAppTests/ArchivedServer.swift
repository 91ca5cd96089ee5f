import Foundation
import Glibc
import HubTesting
import Testing
import Topology

@testable import OperatorApp

/// A PostgreSQL server that archives its WAL, with a shard of a deployment on it, and a folder for its backups; its
/// files, socket and repository are in one folder, and it is stopped and started by the topology's commands alone.
struct ArchivedServer: Sendable {
    let deployment: Deployment
    let folder: String
    let port: Int

    static let password = "the-administrator-of-this-test"

    var data: String { "\(folder)/us-1" }

    /// Lends a migrated deployment of which the shard is on a server of its own; the directory is not backed up.
    static func with(_ body: (ArchivedServer) async throws -> Void) async throws {
        let folder = "/var/tmp/hub-backup-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let user = try ChildProcess.run(["id", "-un"]) == "root" ? "postgres" : nil
        if let user { try ChildProcess.run(["chown", user, folder]) }
        let port = try freePort()
        let prefix = user.map { ["setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []
        try await make(folder, port: port, prefix)
        defer {
            _ = try? ChildProcess.run([
                "sh", "-c",
                "pid=$(head -n 1 \(folder)/us-1/postmaster.pid); kill -QUIT $pid; while kill -0 $pid; do sleep 0.02; done",
            ])
        }
        let control = try (prefix + [PostgresCluster.program("pg_ctl")]).joined(separator: " ")
        let backups = """

            backups:
              folder: \(folder)/repository
              settings: \(folder)/pgbackrest/pgbackrest.conf
              data: "\(folder)/{name}"
              socket: \(folder)
              stop: \(control) -D \(folder)/{name} -m fast stop
              start: \(control) -D \(folder)/{name} -l \(folder)/log -W start
            """
        try await ChildProcess.runAside(["sh", "-c", "\(control) -D \(folder)/us-1 -l \(folder)/log -w start"])
        try await Deployment.with(
            topology: { yaml in
                // The shard alone is elsewhere.
                yaml.replacing(/us-1: \{ region: us, endpoints: \["127.0.0.1:\d+"\]/) { _ in
                    "us-1: { region: us, endpoints: [\"127.0.0.1:\(port)\"]"
                } + backups
            },
            environment: ["HUB_SECRET_SHARD_US_1_ADMIN_PASSWORD": password]
        ) { deployment in
            for arguments in [["migrate"], ["topology", "apply"]] {
                let result = await deployment.hubctl(arguments)
                try #require(result.status == .success, "\(result.diagnostics)")
            }
            let load = await deployment.hubctl("demo", "load", "--tenants", "3", "--projects", "3", "--tasks", "4")
            try #require(load.status == .success, "\(load.diagnostics)")
            try await body(ArchivedServer(deployment: deployment, folder: folder, port: port))
        }
    }

    func hubctl(_ arguments: String..., environment: [String: String] = [:]) async -> Workplace.Result {
        await deployment.hubctl(["backup"] + arguments, environment: environment)
    }

    /// Asks the shard's database without the driver: rows one a line, columns separated by `|`.
    func ask(_ sql: String) async throws -> String {
        try await ChildProcess.runAside(
            [
                PostgresCluster.program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
                "-p",
                "\(port)", "-U", "hub_admin", "-d", deployment.shard, "-c", sql,
            ],
            environment: ["PGPASSWORD": ArchivedServer.password]
        )
    }

    /// The server's own present moment.
    func now() async throws -> String {
        try await ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
    }

    /// Whether anything of a restore is left.
    var isTidy: Bool {
        ["us-1.hub-restore", "us-1.hub-drill", "us-1/hub-restore"].allSatisfy {
            !FileManager.default.fileExists(atPath: "\(folder)/\($0)")
        }
    }

    // MARK: - Private

    private static func make(_ folder: String, port: Int, _ prefix: [String]) async throws {
        try password.write(toFile: "\(folder)/password", atomically: false, encoding: .utf8)
        try ChildProcess.run(["chmod", "644", "\(folder)/password"])
        try await ChildProcess.runAside(
            prefix + [
                PostgresCluster.program("initdb"), "-D", "\(folder)/us-1", "-U", "hub_admin", "--data-checksums",
                "--pwfile=\(folder)/password", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync",
                "--no-instructions",
            ]
        )
        let settings = """
            listen_addresses = '127.0.0.1'
            port = \(port)
            unix_socket_directories = '\(folder)'
            wal_level = logical
            archive_mode = on
            archive_timeout = 60
            archive_command = 'pgbackrest --config=\(folder)/pgbackrest/pgbackrest.conf --stanza=us-1 archive-push "%p"'
            fsync = off
            shared_buffers = 32MB

            """
        let path = "\(folder)/us-1/postgresql.conf"
        let before = try String(contentsOfFile: path, encoding: .utf8)
        // Written in place: the file stays its owner's.
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.write(contentsOf: Data((before + settings).utf8))
        try file.close()
    }
}
