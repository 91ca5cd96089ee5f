import HubModel

/// What a comparison of the two shards has found.
package struct Verification: Sendable {
    /// A table's rows on both sides.
    package struct Table: Hashable, Sendable {
        package let name: String
        package internal(set) var sourceRows = 0
        package internal(set) var targetRows = 0
        /// The exclusive or of the rows' hashes.
        package internal(set) var sourceHash: Int64 = 0
        package internal(set) var targetHash: Int64 = 0
        /// Rows that were looked at because the source had written them since; nil if all were compared.
        package internal(set) var changedRows: Int?
    }

    /// A range in which the two differ, although everything committed at the source has come.
    package struct Mismatch: Hashable, Sendable, CustomStringConvertible {
        package let table: String
        /// The range, in words.
        package let range: String
        /// Keys of rows that the target lacks, has besides, and has otherwise: the first few.
        package let missing: [String]
        package let extra: [String]
        package let different: [String]
        package let count: Int

        package var description: String {
            let kinds = [("missing", missing), ("extra", extra), ("different", different)].filter { !$0.1.isEmpty }
                .map { "\($0.0): \($0.1.joined(separator: "; "))" }
            return "\(count) rows of \(range) differ at the target (\(kinds.joined(separator: ", ")))"
        }
    }

    /// Rows of the target whose foreign key leads nowhere.
    package struct Orphans: Hashable, Sendable, CustomStringConvertible {
        package let table: String
        package let constraint: String
        /// Keys, the first few.
        package let keys: [String]
        package let count: Int

        package var description: String {
            "\(count) rows of \(table) at the target break \(constraint): \(keys.joined(separator: "; "))"
        }
    }

    /// What was found of a range whose digests were compared.
    struct Judgement: Sendable {
        /// What the sides agree on, without the rows that are not settled; nil when they do not.
        var agreed: RangeDigest?
        var mismatch: Mismatch?
        /// Rows that only the check within a switch can judge.
        var unsettled = 0
    }

    /// Of a verification: the rows on which the sides agreed when they were looked at. What changed since is looked at by
    /// the row, and is not in these sums.
    package internal(set) var tables: [Table]
    package internal(set) var ranges = 0
    package internal(set) var mismatches: [Mismatch] = []
    package internal(set) var orphans: [Orphans] = []
    /// Rows that changed each time they were looked at; only the check within a switch can judge them.
    package internal(set) var unsettledRows = 0
    /// Rows that were looked at because the source had written them since; nil if everything was compared.
    package internal(set) var changedRows: Int?
    /// From where on the source's log is kept for the next check; nil if there is no slot for it.
    var trail: LogPosition?
    /// The tables that were compared, as the catalog had them; a check within a switch does not ask again.
    var catalog: [CarriedTable] = []

    /// Whether a later comparison can build on it.
    package var canBeRefreshed: Bool { isEqual && trail != nil }

    package var rows: Int { tables.reduce(0) { $0 + $1.sourceRows } }
    /// Whether nothing is wrong.
    package var isEqual: Bool { mismatches.isEmpty && orphans.isEmpty }
    /// What is wrong, a sentence each.
    package var findings: [String] { mismatches.map(\.description) + orphans.map(\.description) }

    init(_ tables: [String]) {
        self.tables = tables.map { Table(name: $0) }
    }

    mutating func add(_ range: KeyRange, _ source: RangeDigest, _ target: RangeDigest) {
        ranges += 1
        guard let index = tables.firstIndex(where: { $0.name == range.table.name }) else { return }
        tables[index].sourceRows += source.rows
        tables[index].targetRows += target.rows
        tables[index].sourceHash ^= source.hash
        tables[index].targetHash ^= target.hash
    }
}
