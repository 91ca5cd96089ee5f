/// Something that was told and must not have been.
struct HistoryViolation: Sendable, CustomStringConvertible {
    enum Rule: String, Sendable {
        case stale = "older than a write acknowledged before the read began"
        case wentBack = "older than what a read that had ended before was told"
        case neverWritten = "nothing that was ever written"
        case wrongCount = "a number that never was"
        case defective = "an answer that contradicts itself"
    }

    let rule: Rule
    /// One line: who was told what, and what was known.
    let told: String
    /// The last writes of the item.
    let writes: [String]

    var description: String {
        ([rule.rawValue.uppercased(), told] + writes.map { "  \($0)" }).joined(separator: "\n")
    }
}

extension [HistoryViolation] {
    /// The first of them, in few lines.
    var summary: String {
        isEmpty ? "nothing" : "\(count) violations, such as\n" + prefix(3).map(\.description).joined(separator: "\n")
    }
}
