/// The transaction of a writer: PostgreSQL's 64-bit transaction id (`pg_current_xact_id()`), of which `pg_xact_status`
/// can say whether it has ended, long after the writer itself is gone.
package struct WriterID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package static func < (left: WriterID, right: WriterID) -> Bool { left.rawValue < right.rawValue }
}
