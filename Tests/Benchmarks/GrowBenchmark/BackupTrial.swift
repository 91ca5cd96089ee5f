import BenchmarkReport
import FoundationEssentials
import Glibc
import HubTesting
import MoveLoad
import Postgres

/// A shard of a local deployment is backed up and restored by `hubctl backup`; the peer is pg_basebackup of the same server,
/// and copying its folder back and starting it.
struct BackupTrial {
    private static let shard = "us-1"

    private let home: String
    private let port: Int
    private let command: String
    private let megabytes: Int
    private let rounds: Int

    /// - Parameter megabytes: how large the shard's server is to be at least.
    init(_ environment: [String: String], megabytes: Int, rounds: Int) throws {
        (home, port) = try GrowBenchmark.deployment(environment)
        command = environment["HUBCTL"] ?? ""
        (self.megabytes, self.rounds) = (megabytes, rounds)
    }

    /// - Returns: whether everything that was restored was sound.
    func report() async throws -> Bool {
        try await fill()
        let peer = try Peer(home: home, shard: BackupTrial.shard, port: port + 11)
        defer { peer.remove() }
        let bytes = try await size()
        var (backups, restores, basebackups, copies) = ([Double](), [Double](), [Double](), [Double]())
        var stored = 0
        for _ in 0..<rounds {
            basebackups.append(try await peer.backUp())
            let made = try await hubctl("create", "--type", "full", as: Made.self).backups[0]
            (backups, stored) = (backups + [made.seconds], made.repositoryBytes)
            copies.append(try await peer.restore())
            // It ends with an error, and this with it, when what was restored is not sound.
            let drill = try await hubctl("drill", as: Drills.self).drills[0]
            restores.append(drill.times.restoreSeconds + drill.times.recoverySeconds)
        }
        var table = Report(columns: ["", "s", "slowest s", "MB/s", "peer s", "peer MB/s", "of the peer's MB/s"])
        for (name, own, other) in [
            ("backup (peer: pg_basebackup)", backups, basebackups),
            ("restore and start (peer: cp and start)", restores, copies),
        ] {
            let rates = [own, other].map { Double(bytes) / 1e6 / $0.median }
            table.add(
                name,
                own.median.formatted(digits: 1),
                (own.max() ?? 0).formatted(digits: 1),
                rates[0].formatted(digits: 0),
                other.median.formatted(digits: 1),
                rates[1].formatted(digits: 0),
                "×" + (rates[0] / rates[1]).formatted(digits: 2)
            )
        }
        table.print(
            title:
                "A shard of \((Double(bytes) / 1e6).formatted(digits: 0)) MB, full backups, zst, AES-256, two processes; medians of \(rounds)"
        )
        print(
            "\n  The backup takes \((Double(stored) / 1e6).formatted(digits: 0)) MB; what was restored was examined and is sound."
        )
        return true
    }

    // MARK: - Private

    private struct Made: Decodable {
        struct Backup: Decodable {
            let seconds: Double
            let repositoryBytes: Int
        }

        let backups: [Backup]
    }

    private struct Drills: Decodable {
        struct Drill: Decodable {
            struct Times: Decodable {
                let restoreSeconds: Double
                let recoverySeconds: Double
            }

            let times: Times
        }

        let drills: [Drill]
    }

    private func fill() async throws {
        var seed = 1
        while try await size() < megabytes * 1_000_000 {
            let sizes = ["--tenants", "200", "--projects", "20", "--tasks", "50", "--seed", "\(seed)"]
            _ = try await ChildProcess.runAside([command, "demo", "load", "--shard", BackupTrial.shard] + sizes)
            seed += 1
        }
        try await LocalShards.with(BackupTrial.shard, of: home, port) { _ = try await $0.query("CHECKPOINT") }
    }

    /// Bytes of the server's databases.
    private func size() async throws -> Int {
        try await LocalShards.with(BackupTrial.shard, of: home, port) { pool in
            try await pool.query("SELECT sum(pg_database_size(oid))::int8 FROM pg_database").single()
                .decode(Int.self, at: 0)
        }
    }

    private func hubctl<Answer: Decodable>(_ arguments: String..., as type: Answer.Type) async throws -> Answer {
        let text = try await ChildProcess.runAside(
            ["sh", "-c", #"exec "$@" 2>/dev/null"#, "sh", command, "backup"] + arguments
                + ["--shard", BackupTrial.shard, "--format", "json"]
        )
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}

/// The plain way: pg_basebackup, and copying its folder to where a server starts on it.
private struct Peer {
    private let shard: String
    private let port: Int
    private let home: String
    private let user: [String]

    init(home: String, shard: String, port: Int) throws {
        (self.home, self.shard, self.port) = (home, shard, port)
        user = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        for folder in [base, copy] {
            try ChildProcess.run(["mkdir", "-p", "-m", "700", folder])
            if geteuid() == 0 { try ChildProcess.run(["chown", "postgres:", folder]) }
        }
    }

    private var base: String { "\(home)/data/peer-base" }
    private var copy: String { "\(home)/data/peer-copy" }

    /// - Returns: the seconds it took.
    func backUp() async throws -> Double {
        try empty(base)
        let password = try String(contentsOfFile: "\(home)/secrets/shard-\(shard)-admin-password", encoding: .utf8)
        return try await timed {
            let program = try PostgresCluster.program("pg_basebackup")
            let source = ["-h", "127.0.0.1", "-p", "\(port)", "-U", "hub_admin"]
            try await ChildProcess.runAside(
                user + [program] + source + ["-D", base, "--checkpoint=fast", "--wal-method=stream"],
                environment: ["PGPASSWORD": password.filter { !$0.isNewline }]
            )
        }
    }

    /// - Returns: the seconds it took until the server took connections.
    func restore() async throws -> Double {
        try empty(copy)
        let control = try PostgresCluster.program("pg_ctl")
        let options = "-c listen_addresses='' -c unix_socket_directories='\(copy)' -c archive_mode=off"
        let seconds = try await timed {
            try await ChildProcess.runAside(user + ["cp", "-a", "\(base)/.", copy])
            // As pgbackrest does with what it restores.
            try await ChildProcess.runAside(["sync", "-f", copy])
            try await ChildProcess.runAside(
                user + [control, "-D", copy, "-l", "\(copy)/log", "-w", "-t", "300", "-o", options, "start"]
            )
        }
        try await ChildProcess.runAside(user + [control, "-D", copy, "-m", "immediate", "-w", "stop"])
        return seconds
    }

    func remove() {
        for folder in [base, copy] { try? FileManager.default.removeItem(atPath: folder) }
    }

    // MARK: - Private

    private func empty(_ folder: String) throws {
        try ChildProcess.run(["find", folder, "-mindepth", "1", "-delete"])
    }

    private func timed(_ work: () async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - start).seconds
    }
}
