import FoundationEssentials
import Glibc

/// Where PostgreSQL's programs are, and how to run them: its servers refuse to run as root.
struct PostgresBinaries {
    private let folder: String

    /// What goes before a server's command line, so that it runs as an ordinary user.
    let demotion: [String]

    /// The user and the group that must own a server's files; nil if that is who runs the tests.
    let owner: (user: uid_t, group: gid_t)?

    /// Looks in `PATH`, where `pg_config` says, and where Debian puts the newest version.
    init() throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        var folders = path.split(separator: ":").map(String.init)
        if let told = try? ChildProcess.run(["pg_config", "--bindir"]) {
            folders.append(told)
        }
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newestFirst = versions.compactMap { Int($0) }.sorted(by: >)
        folders += newestFirst.map { "/usr/lib/postgresql/\($0)/bin" }
        let found = folders.first { access("\($0)/initdb", X_OK) == 0 && access("\($0)/postgres", X_OK) == 0 }
        guard let found else { throw ChildFailure("PostgreSQL's initdb and postgres are not installed") }
        folder = found
        guard geteuid() == 0 else {
            demotion = []
            owner = nil
            return
        }
        guard let user = Self.ordinaryUser() else { throw ChildFailure("there is no user postgres or nobody") }
        demotion = ["setpriv", "--reuid=\(user.user)", "--regid=\(user.group)", "--clear-groups"]
        owner = user
    }

    /// A program of the version found; one that is kept elsewhere is looked up in `PATH`.
    subscript(_ program: String) -> String {
        let path = "\(folder)/\(program)"
        return access(path, X_OK) == 0 ? path : program
    }

    /// The folder that has all of the version's programs, when what was found in `PATH` leads there by links.
    var realFolder: String {
        get throws {
            guard let path = realpath("\(folder)/postgres", nil) else {
                throw ChildFailure("\(folder)/postgres leads nowhere")
            }
            defer { free(path) }
            return String(String(cString: path).dropLast("/postgres".count))
        }
    }

    // MARK: - Private

    private static func ordinaryUser() -> (user: uid_t, group: gid_t)? {
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) { return (entry.pointee.pw_uid, entry.pointee.pw_gid) }
        }
        return nil
    }
}
