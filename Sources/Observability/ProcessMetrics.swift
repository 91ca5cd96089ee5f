import CoreMetrics
import Glibc
import HubModel

/// What a process tells about itself: CPU, memory, descriptors, age and version.
struct ProcessMetrics: Sendable {
    private let cpu: any FloatingPointCounterHandler
    private let memory: any MeterHandler
    private let descriptors: any MeterHandler
    private let dropped: any CounterHandler
    private let writer: LogWriter

    init(registry: PrometheusRegistry, process: String, writer: LogWriter) {
        cpu = registry.makeFloatingPointCounter(label: "process_cpu_seconds_total", dimensions: [])
        memory = registry.makeMeter(label: "process_resident_memory_bytes", dimensions: [])
        descriptors = registry.makeMeter(label: "process_open_fds", dimensions: [])
        dropped = registry.makeCounter(label: "hub_log_lines_dropped_total", dimensions: [])
        self.writer = writer
        let start = registry.makeMeter(label: "process_start_time_seconds", dimensions: [])
        start.set(Double(Timestamp.now().microseconds) / 1e6)
        let identity = [("process", process), ("version", HubVersion.text)]
        registry.makeMeter(label: "hub_build_info", dimensions: identity).set(Int64(1))
        registry.beforeScrape { [self] in collect() }
    }

    /// Sets every metric to what holds now.
    func collect() {
        cpu.reset()
        cpu.increment(by: ProcessMetrics.cpuSeconds())
        if let bytes = ProcessMetrics.residentBytes() { memory.set(bytes) }
        if let count = ProcessMetrics.openDescriptors() { descriptors.set(count) }
        dropped.reset()
        dropped.increment(by: Int64(writer.droppedLines))
    }

    // MARK: - Private

    private static func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// The second number of /proc/self/statm, which counts pages.
    private static func residentBytes() -> Int64? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let fields = buffer[..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = Int64(String(decoding: fields[1], as: UTF8.self)) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func openDescriptors() -> Int64? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count: Int64 = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder's own descriptor.
        return max(0, count - 3)
    }
}
