import Foundation
import Topology

/// The program pgbackrest, for one database, as the user that the database's server runs as.
struct PgBackRest: Sendable {
    let target: BackupTarget
    /// The file of its settings.
    let settings: String
    let user: ServerUser
    /// What it logs in with at the server.
    let password: String

    init(_ target: BackupTarget, _ backups: BackupDescription, secrets: Secrets) throws {
        self.target = target
        settings = backups.settings.absolutePath
        user = target.folder == nil ? ServerUser(owning: settings) ?? target.user : target.user
        password = try secrets.secret(target.database.administrator.password).text
    }

    /// Runs one of its commands.
    ///
    /// - Parameter onProgress: gets the share of the work that is done, 0–1, each time it is told.
    /// - Returns: what it wrote.
    /// - Throws: ``OperatorError`` when it failed.
    @discardableResult
    func run(
        _ command: String,
        _ options: [String] = [],
        onProgress: (@Sendable (Double) -> Void)? = nil
    ) async throws -> String {
        let outcome = try await outcome(command, options, onProgress: onProgress)
        guard outcome.status == 0 else { throw PgBackRest.failure(of: command, target, outcome) }
        return outcome.output
    }

    /// A small file of the repository, decrypted.
    ///
    /// - Parameter path: from the repository's top.
    /// - Returns: nil when there is none.
    func file(_ path: String) async throws -> String? {
        let outcome = try await outcome("repo-get", ["--ignore-missing"], [path])
        switch outcome.status {
        case 0: return outcome.output
        // What it ends with for a missing file; its errors have numbers from 25 on.
        case 1: return nil
        default: throw PgBackRest.failure(of: "repo-get", target, outcome)
        }
    }

    /// What the repository has of this database.
    func information() async throws -> BackupInformation {
        let text = try await run("info", ["--output=json"])
        guard let all = try? JSONDecoder().decode([BackupInformation].self, from: Data(text.utf8)),
            let information = all.first
        else {
            // It tells of a file that it cannot decrypt by showing it, which no JSON can hold.
            if text.contains("FormatError") || text.contains("CryptoError") { throw PgBackRest.undecipherable(target) }
            throw OperatorError(.failed, "pgbackrest tells nothing about \(target.described) that can be read")
        }
        return try information.checked(target, settings: settings)
    }

    /// The names of the files in the database's archive.
    func archivedFiles(of information: BackupInformation) async throws -> [String] {
        guard let archive = information.archive.last?.id else { return [] }
        let outcome = try await outcome("repo-ls", ["--recurse"], ["archive/\(target.name)/\(archive)"])
        guard outcome.status == 0 else { throw PgBackRest.failure(of: "repo-ls", target, outcome) }
        return outcome.output.split(separator: "\n").map { line in
            line.split(separator: "/").last.map(String.init) ?? String(line)
        }
    }

    /// The command line, without what makes it run as the right user.
    func arguments(_ command: String, _ options: [String]) -> [String] {
        [PgBackRest.program, "--config=\(settings)", "--stanza=\(target.name)"] + options + [command]
    }

    /// Fails unless the program is there.
    static func requireInstalled() throws {
        guard ProgramPath.find(program) != nil else {
            throw OperatorError(
                .usage,
                "pgbackrest is not installed on this machine: install it with apt-get install pgbackrest"
            )
        }
    }

    /// `42.26` of a line such as `P01 DETAIL: restore file /data/base/1/2604 (8KB, 42.26%) checksum …`, as a share.
    static func progress(in line: String) -> Double? {
        guard let end = line.range(of: "%)", options: .backwards)?.lowerBound,
            let start = line[..<end].range(of: ", ", options: .backwards)?.upperBound,
            let percent = Double(line[start..<end])
        else { return nil }
        return min(1, max(0, percent / 100))
    }

    /// The sentence for what pgbackrest says when it fails.
    static func failure(
        of command: String,
        _ target: BackupTarget,
        _ outcome: ExternalProgram.Outcome
    ) -> OperatorError {
        let text = outcome.errors + outcome.output
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let message = lines.first { $0.contains("ERROR: [") }.map { line in
            line.range(of: "]: ").map { String(line[$0.upperBound...]) } ?? line
        }
        let subject = "pgbackrest \(command) of \(target.described)"
        if text.contains("No space left on device") {
            return OperatorError(.failed, "\(subject) found the disk full: make room and try again")
        }
        switch outcome.status {
        // Its codes are in src/build/error/error.yaml.
        case 50:
            return OperatorError(
                .refused,
                "\(subject) was refused, since another backup of it is running: wait for its end"
            )
        case 55 where text.contains("stanza-create"):
            return OperatorError(
                .refused,
                "nothing of \(target.described) is in the repository: run hubctl backup init"
            )
        case 56:
            return OperatorError(
                .unreachable,
                "\(subject) cannot reach PostgreSQL by the socket in \(target.socket), port \(target.port): start it, or correct backups.socket"
            )
        case 82:
            return OperatorError(
                .failed,
                "\(subject) waited for WAL to be archived in vain: the log of PostgreSQL in \(target.data) says why archive_command fails"
            )
        case 87:
            return OperatorError(
                .refused,
                "PostgreSQL of \(target.described) archives no WAL (\(message ?? "archive_mode is off")): hubctl backup init --help tells its settings"
            )
        case 29, 95,
            101 where text.contains("CryptoError") || text.contains("FormatError"):
            return undecipherable(target)
        default:
            let reason = message ?? lines.last ?? "it ended with \(outcome.status)"
            return OperatorError(.failed, "\(subject) failed: \(reason)")
        }
    }

    // MARK: - Private

    /// The error of a repository that another passphrase opens.
    static func undecipherable(_ target: BackupTarget) -> OperatorError {
        OperatorError(
            .usage,
            "the backups of \(target.described) cannot be decrypted: correct the secret \(SecretName.backupPassphrase.text), then run hubctl backup init"
        )
    }

    private func outcome(
        _ command: String,
        _ options: [String],
        _ operands: [String] = [],
        onProgress: (@Sendable (Double) -> Void)? = nil
    ) async throws -> ExternalProgram.Outcome {
        try PgBackRest.requireInstalled()
        var program = ExternalProgram(
            arguments: try user.demotion()
                + arguments(command, options + (onProgress == nil ? [] : ["--log-level-console=detail"])) + operands
        )
        program.environment = ["PGPASSWORD": password]
        program.folder = "/"
        let onLine = onProgress.map { onProgress in
            { @Sendable (line: String) in
                if let share = PgBackRest.progress(in: line) { onProgress(share) }
            }
        }
        return try await program.run(onLine: onLine)
    }

    static let program = "pgbackrest"
}
