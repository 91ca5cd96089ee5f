/// A write that was lost or doubled, or a read that was told something old.
struct LedgerViolation: Hashable, Sendable, CustomStringConvertible {
    enum Rule: String, Sendable {
        /// Something acknowledged is not there.
        case lost
        /// Something is there twice.
        case doubled
        /// Something is there that nobody wrote.
        case neverWritten
        /// A part of a write is there.
        case torn
        /// A reader was told something older than what was known when it began.
        case stale
    }

    let rule: Rule
    let item: LedgerItem?
    let text: String

    init(_ rule: Rule, _ item: LedgerItem?, _ text: String) {
        self.rule = rule
        self.item = item
        self.text = text
    }

    var description: String { "\(rule.rawValue): \(item.map { "\($0): " } ?? "")\(text)" }
}
