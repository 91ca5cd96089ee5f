import FoundationEssentials
package import Glibc

/// What a process has used, as the kernel counts it; see proc(5).
package enum ProcessUse {
    /// Seconds of CPU, user and system, of all its threads.
    ///
    /// - Parameter children: whether those count too that have ended and were waited for.
    package static func cpuSeconds(of process: pid_t, withChildren children: Bool = false) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The name of the program, in parentheses, may hold blanks.
        let fields = text[text.index(after: text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        let ticks = fields[children ? 11...14 : 11...12].compactMap { Double($0) }.reduce(0, +)
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The same of a process and of its children, whether they live or have ended and were waited for.
    package static func cpuSeconds(ofTree process: pid_t) throws -> Double {
        let children = try String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
            .split(separator: " ").compactMap { pid_t($0) }
        // One may end between the two looks.
        return try children.reduce(cpuSeconds(of: process, withChildren: true)) {
            $0 + ((try? cpuSeconds(of: $1, withChildren: true)) ?? 0)
        }
    }

    /// Resident bytes.
    package static func residentBytes(of process: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
