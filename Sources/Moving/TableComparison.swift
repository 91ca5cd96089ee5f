/// What one table holds of a tenant on one side.
package struct TableDigest: Hashable, Sendable {
    package let rows: Int64
    /// The sum, modulo 2^64, of a 64-bit hash of each row's text, so that no order matters.
    package let hash: UInt64

    package init(rows: Int64, hash: UInt64) {
        self.rows = rows
        self.hash = hash
    }
}

/// A table on both sides.
package struct TableComparison: Hashable, Sendable {
    package let table: String
    package let source: TableDigest
    package let target: TableDigest
    /// How many rows the source had written since the digests were made, each of which was compared again when nothing
    /// moved; nil if the digests were made then.
    package let changed: Int64?

    package init(table: String, source: TableDigest, target: TableDigest, changed: Int64? = nil) {
        self.table = table
        self.source = source
        self.target = target
        self.changed = changed
    }

    package var isEqual: Bool { source == target }
}
