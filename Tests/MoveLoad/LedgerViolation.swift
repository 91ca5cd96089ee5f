/// A write that was lost or doubled, or a read that was told something old.
package struct LedgerViolation: Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, Sendable {
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

    package let rule: Rule
    package let item: LedgerItem?
    package let text: String

    package init(_ rule: Rule, _ item: LedgerItem?, _ text: String) {
        self.rule = rule
        self.item = item
        self.text = text
    }

    package var description: String { "\(rule.rawValue): \(item.map { "\($0): " } ?? "")\(text)" }
}
