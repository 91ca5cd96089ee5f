import Glibc
import Topology

/// Keeps other commands from restoring the same database at the same time; it ends with the process, however that ends.
struct DatabaseLock: ~Copyable {
    private let descriptor: Int32

    /// - Parameter folder: where the lock's file is made.
    init(_ target: BackupTarget, in folder: String) throws {
        try PrivateFile.makeDirectory(folder)
        // pgbackrest has its locks there too.
        try target.user.own(folder)
        let path = "\(folder)/hubctl-\(target.name).lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw OperatorError(.failed, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw OperatorError(
                .refused,
                "another hubctl is restoring \(target.described), or its scratch copy: wait for it to end"
            )
        }
        do {
            try target.user.own(path)
        } catch {
            close(opened)
            throw error
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
