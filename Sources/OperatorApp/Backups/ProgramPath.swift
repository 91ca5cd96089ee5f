import FoundationEssentials
import Glibc

/// Where programs are.
enum ProgramPath {
    /// The path of a program that can be run; nil when there is none in `PATH`.
    static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// PostgreSQL's server of that major version; Debian keeps it out of `PATH`.
    static func postgres(version: String) -> String? {
        let debian = "/usr/lib/postgresql/\(version)/bin/postgres"
        return access(debian, X_OK) == 0 ? debian : find("postgres")
    }
}
