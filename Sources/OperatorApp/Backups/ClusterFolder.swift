import CLinux
import FoundationEssentials
import Glibc
import Topology

/// The data folder of a PostgreSQL server.
struct ClusterFolder: Sendable {
    let path: String
    /// What the server calls itself in its WAL: no two servers that were made apart have the same.
    let systemIdentifier: UInt64

    /// Nil where there is none.
    init?(path: String) {
        // It begins pg_control, in the byte order of the machine (src/include/catalog/pg_control.h).
        guard let file = fopen("\(path)/global/pg_control", "r") else { return nil }
        defer { fclose(file) }
        var identifier: UInt64 = 0
        guard fread(&identifier, 8, 1, file) == 1 else { return nil }
        self.path = path
        systemIdentifier = identifier
    }

    /// The process that runs on the folder; nil when none does.
    static func server(of path: String) -> pid_t? {
        guard let text = try? String(contentsOfFile: "\(path)/postmaster.pid", encoding: .utf8),
            let pid = text.split(separator: "\n").first.flatMap({ pid_t($0) }), pid > 0
        else { return nil }
        // Another process may have got the number since: PostgreSQL's works in its data folder.
        guard let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd") else {
            return nil
        }
        return folder == URL(filePath: path).resolvingSymlinksInPath().path ? pid : nil
    }

    /// Whether the folder can be exchanged for another beside it.
    ///
    /// - Throws: ``OperatorError`` with the reason why not.
    func requireExchangeable() throws {
        let parent = URL(filePath: path).deletingLastPathComponent().path
        var (own, above) = (stat(), stat())
        guard lstat(path, &own) == 0, stat(parent, &above) == 0 else {
            throw OperatorError(.failed, "cannot look at \(path): \(String(cString: strerror(errno)))")
        }
        guard own.st_mode & S_IFMT == S_IFDIR, own.st_dev == above.st_dev else {
            throw OperatorError(
                .refused,
                "\(path) is a mount point or a link, so it cannot be exchanged for a restored folder: mount the folder above it"
            )
        }
        // Not every file system exchanges two folders: better known before anything is stopped.
        let trial = ["\(path).hub-trial-1", "\(path).hub-trial-2"]
        defer { for folder in trial { rmdir(folder) } }
        for folder in trial where mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw OperatorError(.failed, "cannot make \(folder): \(String(cString: strerror(errno)))")
        }
        try ClusterFolder.exchange(trial[0], trial[1])
        let tablespaces = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/pg_tblspc")) ?? []
        guard tablespaces.isEmpty else {
            throw OperatorError(
                .refused,
                "\(path) has tablespaces, which hubctl does not restore: use pgbackrest itself"
            )
        }
    }

    /// Bytes that are free for others than root on the file system of a folder.
    static func freeBytes(at path: String) -> Int? {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return nil }
        return Int(information.f_bavail) * Int(information.f_frsize)
    }

    /// Exchanges two folders in one step: at every moment each path is one of them, whole.
    static func exchange(_ first: String, _ second: String) throws {
        guard rename_exchange(first, second) == 0 else {
            throw OperatorError(
                .failed,
                "cannot exchange \(first) and \(second): \(String(cString: strerror(errno)))"
            )
        }
        // The names are on the disk before anything relies on them.
        let parent = open(URL(filePath: first).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }
}
