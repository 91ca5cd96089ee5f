import FoundationEssentials

/// The machine that measures.
enum Machine {
    /// Its processors and what they are called.
    static var description: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let name = information.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { String($0.drop(while: \.isWhitespace)) }
        return "\(ProcessInfo.processInfo.activeProcessorCount) processors\(name.map { " (\($0))" } ?? "")"
    }
}
