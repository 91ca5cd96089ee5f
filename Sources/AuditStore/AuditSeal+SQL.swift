import HubModel
import Postgres

extension AuditSeal {
    /// Reads seals; a condition and an order follow.
    static let query: PostgresQuery = """
        SELECT number, to_char(month, 'YYYY-MM'), firstEntry, entries, encode(root, 'hex'), encode(previous, 'hex'),
               encode(hash, 'hex')
        FROM audit_seals
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        let (number, month, firstEntry, entries, root, previous, hash) = try row.decode(
            (Int.self, String.self, Int.self, Int.self, String.self, String.self, String.self)
        )
        self.init(
            number: number,
            month: month,
            firstEntry: firstEntry,
            entries: entries,
            root: root,
            previous: previous,
            hash: hash
        )
    }
}
