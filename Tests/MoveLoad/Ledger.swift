package import HubModel

/// What writers did to a tenant, and what is known of it: each item is a register with one writer, which repeats a write
/// until it is acknowledged and only then goes on to the next. The first write makes the item.
package struct Ledger: Sendable {
    /// What is known of an item.
    package struct Account: Hashable, Sendable {
        /// The project that a task is in.
        package let project: LedgerItem?
        /// The last write that was begun.
        fileprivate(set) var begun = 0
        /// The last write that somebody knows to have happened: its writer was told, or a reader saw it.
        fileprivate(set) var known = 0
        /// The last write that its writer was told of.
        fileprivate(set) var acknowledged = 0
        /// The write that deletes it, once it is begun.
        fileprivate(set) var deletion: Int?
        package fileprivate(set) var id: ObjectID?
        /// How often a change was sent, each repetition counted; how many were acknowledged.
        fileprivate(set) var changesSent = 0
        fileprivate(set) var changesAcknowledged = 0

        /// Whether it may be absent for somebody who looks while this is known.
        var mayBeAbsent: Bool { known == 0 || deletion != nil }
        /// Whether it must be absent.
        var mustBeAbsent: Bool { deletion.map { known >= $0 } ?? false }
    }

    package enum Change: Sendable {
        case make
        case alter
        case delete
    }

    private var accounts: [LedgerItem: Account] = [:]
    /// The items of each project that were begun, and the projects themselves under nil.
    private var parts: [LedgerItem?: [LedgerItem]] = [:]
    /// What was made, as acknowledged; some of it may have been deleted since.
    private var made: [LedgerItem.Kind: [LedgerItem]] = [:]

    package init() {}

    package subscript(item: LedgerItem) -> Account? { accounts[item] }

    // MARK: Writing

    /// Notes a write before it is sent.
    ///
    /// - Returns: its number.
    package mutating func begin(_ change: Change, _ item: LedgerItem, in project: LedgerItem? = nil) -> Int {
        var account = accounts[item] ?? Account(project: project)
        if account.begun == 0 { parts[project, default: []].append(item) }
        account.begun += 1
        if case .delete = change { account.deletion = account.begun }
        accounts[item] = account
        return account.begun
    }

    /// Notes that a change is sent, for the first time or again.
    package mutating func send(_ item: LedgerItem) { accounts[item]?.changesSent += 1 }

    /// Notes that a write was acknowledged.
    ///
    /// - Parameter id: what the hub calls the item.
    package mutating func acknowledge(_ change: Change, _ item: LedgerItem, _ write: Int, id: ObjectID) {
        guard var account = accounts[item] else { return }
        account.acknowledged = write
        account.known = max(account.known, write)
        if account.id == nil { made[item.kind, default: []].append(item) }
        account.id = id
        if case .alter = change { account.changesAcknowledged += 1 }
        accounts[item] = account
    }

    // MARK: Reading

    /// Judges what a reader saw of one item, and notes what it proves.
    ///
    /// - Parameters:
    ///   - before: the ledger when the reading began.
    ///   - seen: the write that it showed; nil when it showed no such item.
    package mutating func see(_ item: LedgerItem, _ seen: Int?, since before: Ledger, by reader: String)
        -> LedgerViolation?
    {
        let then = before.accounts[item] ?? Account(project: nil)
        guard let now = accounts[item] else { return LedgerViolation(.neverWritten, item, "\(reader) saw it") }
        guard let seen else {
            return now.mayBeAbsent || then.known == 0
                ? nil : LedgerViolation(.stale, item, "\(reader) did not see it; write \(then.known) was known")
        }
        guard seen <= now.begun, seen != now.deletion, seen > 0 else {
            return LedgerViolation(.neverWritten, item, "\(reader) saw write \(seen) of \(now.begun)")
        }
        guard seen >= then.known else {
            return LedgerViolation(.stale, item, "\(reader) saw write \(seen); write \(then.known) was known")
        }
        accounts[item]?.known = max(now.known, seen)
        return nil
    }

    /// Something that was made and may have been deleted since; nil while nothing was.
    package func anything(_ kind: LedgerItem.Kind, using random: inout some RandomNumberGenerator) -> LedgerItem? {
        made[kind]?.randomElement(using: &random)
    }

    /// The items that a whole list must show or may show: the tasks of a project, or for nil the projects.
    package func items(in project: LedgerItem?) -> [LedgerItem] { parts[project] ?? [] }

    /// What is known of these items alone, for a reader to hold an answer against.
    package func excerpt(of items: [LedgerItem]) -> Ledger {
        var excerpt = Ledger()
        for item in items { excerpt.accounts[item] = accounts[item] }
        return excerpt
    }

    // MARK: The end

    /// Compares what there is at last, when nobody writes any more, with what was acknowledged.
    package func violations(in stock: LedgerStock) -> [LedgerViolation] {
        var violations: [LedgerViolation] = []
        var found: [LedgerItem: [(write: Int, row: LedgerStock.Row)]] = [:]
        for row in stock.rows {
            guard let (item, write) = LedgerItem.parse(row.title), accounts[item] != nil else {
                violations.append(LedgerViolation(.neverWritten, nil, "a row called '\(row.title)'"))
                continue
            }
            found[item, default: []].append((write, row))
        }
        for (item, account) in accounts {
            violations += judge(account, of: item, found[item] ?? [])
            if let id = account.id { violations += judge(account, of: item, id, stock.trail[id] ?? [:]) }
        }
        return violations
    }

    // MARK: - Private

    private func judge(
        _ account: Account,
        of item: LedgerItem,
        _ rows: [(write: Int, row: LedgerStock.Row)]
    ) -> [LedgerViolation] {
        guard let (write, row) = rows.first else {
            if account.mayBeAbsent { return [] }
            return [LedgerViolation(.lost, item, "write \(account.known) is gone with its row")]
        }
        if rows.count > 1 { return [LedgerViolation(.doubled, item, "\(rows.count) rows")] }
        if account.mustBeAbsent { return [LedgerViolation(.lost, item, "its deletion is undone")] }
        if write < account.known {
            return [LedgerViolation(.lost, item, "write \(write) is there; write \(account.known) was acknowledged")]
        }
        if write > account.begun || write == account.deletion {
            return [LedgerViolation(.neverWritten, item, "write \(write) of \(account.begun)")]
        }
        if row.status != LedgerItem.status(write) {
            return [
                LedgerViolation(
                    .torn,
                    item,
                    "write \(write) with the status \(row.status.map(\.rawValue) ?? "of nobody")"
                )
            ]
        }
        return []
    }

    /// Judges the audit trail of an item, which says of each write how often it was done.
    private func judge(
        _ account: Account,
        of item: LedgerItem,
        _ id: ObjectID,
        _ trail: [String: Int]
    ) -> [LedgerViolation] {
        let kind = item.kind.rawValue.uppercased()
        let isDeleted = account.deletion.map { account.acknowledged >= $0 } ?? false
        let expected = [
            ("CREATE_\(kind)", 1...1),
            ("UPDATE_\(kind)", account.changesAcknowledged...max(account.changesAcknowledged, account.changesSent)),
            ("DELETE_\(kind)", (isDeleted ? 1 : 0)...(account.deletion == nil ? 0 : 1)),
        ]
        return expected.compactMap { action, counts in
            let count = trail[action] ?? 0
            if counts.contains(count) { return nil }
            let rule: LedgerViolation.Rule = count < counts.lowerBound ? .lost : .doubled
            return LedgerViolation(rule, item, "\(count) times \(action) in its trail, which must be in \(counts)")
        }
    }
}
