import BenchmarkReport
import Glibc
import Placement

/// What a snapshot costs in memory, by its own count and by the kernel's.
struct MemoryUse {
    let snapshot: DirectorySnapshot
    let residentGrowth: Int
    let names: Int

    var report: Report {
        var report = Report(columns: ["snapshot", "MB", "bytes a tenant", "beyond its name"])
        for (title, bytes) in [
            ("its arrays", snapshot.memoryBytes), ("growth of the process, first load", residentGrowth),
        ] {
            let count = Double(snapshot.tenantCount)
            report.add(
                title,
                (Double(bytes) / 1_000_000).formatted(digits: 1),
                (Double(bytes) / count).formatted(digits: 1),
                (Double(bytes - names) / count).formatted(digits: 1)
            )
        }
        return report
    }
}

/// Memory of this process as the kernel counts it.
enum ProcessMemory {
    /// Resident bytes.
    static func resident() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 256)
        guard fgets(&text, 256, file) != nil else { return 0 }
        let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: " "
        )
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(CInt(_SC_PAGESIZE))
    }
}
