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

    /// Resident bytes.
    package static func residentBytes(of process: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
