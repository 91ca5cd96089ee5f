import FoundationEssentials
import Glibc

/// The benchmark cannot go on.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// The kernel refused, as `errno` tells.
    init(ofCall call: String) {
        self.init("\(call): \(String(cString: strerror(errno)))")
    }

    /// A program ended that should not have; these are its words.
    init(reading output: String) {
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        self.init("a program ended: \(text.suffix(2000))")
    }
}
