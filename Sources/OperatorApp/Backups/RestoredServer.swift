import Foundation
import Glibc
import HubModel
import Logging
import Postgres
import Reactor
import Topology

/// A PostgreSQL server on restored files, which nobody but this process reaches: by a socket in a private folder, without
/// passwords, without archiving, and without the subscriptions it may have.
struct RestoredServer: Sendable {
    /// Why recovery did not end as it was told to.
    enum Failure: Error {
        /// The WAL ended before the moment asked for.
        case targetNotReached
    }

    let data: String
    let user: ServerUser
    /// The program of the version that wrote the files.
    let program: String
    /// Where the log, the settings and the socket are.
    private let folder: String
    private let reactors: ReactorGroup

    /// Recovers the files and lends the server; it is gone afterwards, whatever happened.
    ///
    /// - Parameters:
    ///   - restoreCommand: PostgreSQL's `restore_command`.
    ///   - isLasting: whether the files are kept: they are then written as safely as any server writes, and a new
    ///     timeline is archived once the server runs for everybody.
    /// - Throws: ``Failure``, ``OperatorError``, or what the body throws.
    static func with<Answer: Sendable>(
        data: String,
        user: ServerUser,
        program: String,
        recoveringTo target: RecoveryTarget,
        restoreCommand: String,
        isLasting: Bool,
        _ body: @escaping @Sendable (RestoredServer) async throws -> Answer
    ) async throws -> Answer {
        let folder = try privateFolder(for: user, data: data)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let reactors = try ReactorGroup(count: 1, name: "hubctl-restored")
        defer { reactors.shutdown() }
        let server = RestoredServer(data: data, user: user, program: program, folder: folder, reactors: reactors)
        try server.prepare()
        let settings = server.settings(target, restoreCommand: restoreCommand, isLasting: isLasting)
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                try await server.serve(settings)
                return nil
            }
            group.addTask {
                try await server.waitUntilRecovered()
                return try await body(server)
            }
            do {
                // The server ends first only when it fails, and its log says why.
                guard let answer = try await group.next(), let answer else { throw server.failure() }
                group.cancelAll()
                while let _ = await group.nextResult() {}
                return answer
            } catch {
                group.cancelAll()
                while let _ = await group.nextResult() {}
                throw error
            }
        }
    }

    /// Lends a session.
    func withConnection<Answer>(
        database: String,
        role: String,
        _ body: (PostgresConnection) async throws -> Answer
    ) async throws -> Answer {
        try await PostgresConnection.withConnection(
            configuration(database: database, role: role),
            on: reactors.next(),
            logger: RestoredServer.silence,
            body
        )
    }

    /// Lends a pool of a few sessions.
    func withPool<Answer: Sendable>(
        database: String,
        role: String,
        _ body: (PostgresPool) async throws -> Answer
    ) async throws -> Answer {
        let pool = PostgresPool(
            configuration: configuration(database: database, role: role),
            limits: PostgresPoolLimits(),
            reactors: reactors,
            logger: RestoredServer.silence
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { group.cancelAll() }
            return try await body(pool)
        }
    }

    // MARK: - Private

    private func configuration(database: String, role: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(
            hosts: [PostgresHost(folder, RestoredServer.port)],
            database: database,
            user: role
        )
        configuration.applicationName = "hubctl"
        // A check reads whole tables.
        configuration.queryTimeout = nil
        return configuration
    }

    /// It only names the socket.
    private static let port = 5432
    private static let silence = Logger(label: "hubctl.postgres") { _ in SwiftLogNoOpLogHandler() }

    private var log: String { "\(folder)/log" }

    /// Short, since the path of a socket has at most 107 bytes; and the same for the same files, which are restored by one
    /// command at a time, so that what a killed one left goes with the next.
    private static func privateFolder(for user: ServerUser, data: String) throws -> String {
        // FNV-1a, 64 bits.
        let hash = data.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let path = "/tmp/hub-\(String(hash, radix: 36))"
        try? FileManager.default.removeItem(atPath: path)
        guard mkdir(path, 0o700) == 0 else {
            throw OperatorError(.failed, "cannot make \(path): \(String(cString: strerror(errno)))")
        }
        try user.own(path)
        return path
    }

    /// What the server is told on its command line, which outranks the settings in the files and those of ALTER SYSTEM.
    private func settings(_ target: RecoveryTarget, restoreCommand: String, isLasting: Bool) -> [String: String] {
        var settings = [
            "config_file": "\(folder)/postgresql.conf", "hba_file": "\(folder)/pg_hba.conf",
            "ident_file": "\(folder)/pg_ident.conf", "listen_addresses": "", "unix_socket_directories": folder,
            "unix_socket_permissions": "0700", "port": "\(RestoredServer.port)", "ssl": "off",
            "logging_collector": "off", "log_destination": "stderr", "log_min_messages": "log",
            "shared_preload_libraries": "", "shared_buffers": "64MB", "max_wal_size": "1GB", "autovacuum": "off",
            "statement_timeout": "0", "wal_level": "logical", "primary_conninfo": "", "synchronous_standby_names": "",
            // The WAL of a lasting server's new timeline is kept for the archive, and reaches it only once the server runs
            // for everybody: one that is given up must leave no trace there.
            "archive_mode": isLasting ? "on" : "off", "archive_command": "", "archive_library": "",
            "fsync": isLasting ? "on" : "off",
            // Without it the settings need not be as large as those of the server that wrote the WAL.
            "hot_standby": "off",
            // A restored subscription would take from its slot what another server waits for.
            "max_logical_replication_workers": "0", "restore_command": restoreCommand,
            "recovery_target_action": "promote", "recovery_target_timeline": "latest",
        ]
        if case .time(let time) = target {
            // Read before abbreviations of time zones are: Z is one.
            settings["recovery_target_time"] = time.description.replacing("T", with: " ").replacing("Z", with: "+00")
        }
        return settings
    }

    private func prepare() throws {
        for (name, text) in ["postgresql.conf": "", "pg_hba.conf": "local all all trust\n", "pg_ident.conf": ""] {
            try write("\(folder)/\(name)", text)
        }
        try write("\(data)/recovery.signal", "")
    }

    private func write(_ path: String, _ text: String) throws {
        try PrivateFile.replace(path, text)
        try user.own(path)
    }

    private func serve(_ settings: [String: String]) async throws {
        var server = ExternalProgram(
            arguments: try user.demotion() + [
                "sh", "-c", #"log=$1; shift; exec "$@" >"$log" 2>&1"#, "sh", log, program, "-D", data,
            ] + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        )
        server.folder = "/"
        // A fast shutdown: sessions are ended and a checkpoint is written.
        server.endingSignal = SIGINT
        _ = try await server.run()
    }

    /// Until recovery has ended and the server takes writes.
    private func waitUntilRecovered() async throws {
        while true {
            do {
                return try await withConnection(database: "postgres", role: "hub_admin") { connection in
                    _ = try await connection.query("SELECT 1")
                }
            } catch let error as PostgresError where error.code == .authentication {
                // A role that the backup does not have; waiting would not bring it.
                throw OperatorError(.failed, "the restored server in \(data) has no role hub_admin: \(error.message)")
            } catch is PostgresError {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Why the server has ended, by its own words.
    private func failure() -> any Error {
        let lines = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n")
        let words = lines.last { $0.contains("FATAL:") || $0.contains("PANIC:") } ?? lines.last
        if words?.contains("recovery ended before configured recovery target was reached") == true {
            return Failure.targetNotReached
        }
        let reason = words.map { line in line.range(of: ":  ").map { String(line[$0.upperBound...]) } ?? String(line) }
        let archive = lines.last { $0.contains("ERROR: [") }.map { "; the archive: \($0)" } ?? ""
        return OperatorError(
            .failed,
            "the restored server in \(data) does not start: \(reason ?? "it says nothing")\(archive)"
        )
    }
}
