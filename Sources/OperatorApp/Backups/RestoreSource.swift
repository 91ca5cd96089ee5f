import Foundation
import Glibc
import Topology

/// Brings the files of a backup into a new folder, ready for recovery.
struct RestoreSource: Sendable {
    let pgbackrest: PgBackRest
    let set: BackupSet

    private var target: BackupTarget { pgbackrest.target }

    /// Fails unless the folder's disk takes the files and some WAL.
    func requireRoom(for folder: String) throws {
        let parent = URL(filePath: folder).deletingLastPathComponent().path
        let needed = set.info.size + set.info.size / 20 + 256 << 20
        guard let free = ClusterFolder.freeBytes(at: parent), free < needed else { return }
        throw OperatorError(
            .refused,
            "\(parent) has \(free.formattedBytes) free, and restoring \(target.described) beside what is there takes \(needed.formattedBytes): make room"
        )
    }

    /// Restores the files; the folder is made, and must not be there.
    ///
    /// - Parameter onProgress: gets the share that is done, 0–1.
    func restore(into folder: String, onProgress: @escaping @Sendable (Double) -> Void) async throws {
        guard mkdir(folder, 0o700) == 0 else {
            throw OperatorError(.failed, "cannot make \(folder): \(String(cString: strerror(errno)))")
        }
        try pgbackrest.user.own(folder)
        // Of recovery nothing is written into the files: the server is told on its command line.
        try await pgbackrest.run(
            "restore",
            ["--pg1-path=\(folder)", "--set=\(set.label)", "--type=none"],
            onProgress: onProgress
        )
        // Left by an earlier restore in the backup's source.
        try? FileManager.default.removeItem(atPath: "\(folder)/\(RestoreMark.name)")
    }

    /// PostgreSQL's `restore_command`: from the archive, else from the files of the server that is replaced.
    ///
    /// A segment that the archive does not have ends recovery; an archive that cannot be read must not look like that, so
    /// any other failure stops the server (a status over 125).
    ///
    /// - Parameter other: the data folder of the server that is replaced, whose last WAL may not be archived yet.
    func restoreCommand(for folder: String, besides other: String?) -> String {
        let get =
            pgbackrest.arguments("archive-get", ["--pg1-path=\(folder)"]).joined(separator: " ") + #" "%f" "%p""#
        let old = other.map {
            #"; if [ $s = 1 ] && [ -f "\#($0)/pg_wal/%f" ]; then cp "\#($0)/pg_wal/%f" "%p"; s=$?; fi"#
        }
        return "\(get); s=$?\(old ?? ""); if [ $s -gt 1 ]; then exit 200; fi; exit $s"
    }

    /// The program of the version that wrote the files.
    func server(of information: BackupInformation) throws -> String {
        let version = information.db.last?.version ?? "15"
        guard let program = ProgramPath.postgres(version: version) else {
            throw OperatorError(
                .usage,
                "PostgreSQL \(version), which wrote the backups of \(target.described), is not installed on this machine"
            )
        }
        return program
    }
}
