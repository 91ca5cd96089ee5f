import FoundationEssentials

/// Who runs where: the proxy has the first processor to itself, everything else shares the others.
enum Processors {
    static var count: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// A command that runs on the proxy's processor.
    static func ofProxy(_ command: [String]) -> [String] { ["taskset", "-c", "0"] + command }

    /// A command that runs on the other processors.
    static func besideProxy(_ command: [String]) -> [String] { ["taskset", "-c", "1-\(count - 1)"] + command }
}
