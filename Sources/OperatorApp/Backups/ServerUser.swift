import Glibc
import Topology

/// The user a PostgreSQL server runs as, which is the owner of its files: it and pgbackrest refuse to be anybody else.
struct ServerUser: Hashable, Sendable {
    let user: uid_t
    let group: gid_t

    /// The owner of a file or folder; nil when there is none of this path.
    init?(owning path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        (user, group) = (information.st_uid, information.st_gid)
    }

    /// The user of that name; nil when there is none.
    init?(named name: String) {
        guard let entry = getpwnam(name) else { return nil }
        (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }

    /// Who runs this process.
    static var own: ServerUser { ServerUser(user: geteuid(), group: getegid()) }

    /// What goes before a command line, so that it runs as this user and ends when this process does.
    ///
    /// - Throws: ``OperatorError`` when this process may not become that user.
    func demotion() throws -> [String] {
        let leash = ["--pdeathsig", "KILL", "--"]
        if geteuid() == user { return ["setpriv"] + leash }
        guard geteuid() == 0 else {
            throw OperatorError(
                .usage,
                "the files of this PostgreSQL belong to \(name): run hubctl as \(name) or as root"
            )
        }
        return ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"] + leash
    }

    /// Gives the user a file or folder that this process has made.
    func own(_ path: String) throws {
        guard geteuid() != user else { return }
        guard chown(path, user, group) == 0 else {
            throw OperatorError(.failed, "cannot give \(path) to \(name): \(String(cString: strerror(errno)))")
        }
    }

    /// Its name for people.
    var name: String { getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "user \(user)" }

    // MARK: - Private

    private init(user: uid_t, group: gid_t) {
        self.user = user
        self.group = group
    }
}
