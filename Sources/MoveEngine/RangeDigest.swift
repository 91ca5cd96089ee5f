import HubModel
import Postgres

/// What a range's rows add up to: how many there are, and the exclusive or of their hashes, whatever their order.
///
/// A row's hash is that of its columns as text, in the order of their names; connections of this driver pin what that text
/// depends on (TimeZone, DateStyle, IntervalStyle, bytea_output, extra_float_digits). Every row holds its key, so no two are
/// alike and none cancels another out.
struct RangeDigest: Hashable, Sendable {
    var rows = 0
    var hash: Int64 = 0

    static func + (left: RangeDigest, right: RangeDigest) -> RangeDigest {
        RangeDigest(rows: left.rows + right.rows, hash: left.hash ^ right.hash)
    }
}

extension KeyRange {
    /// The range's digest.
    func digest(_ tenant: TenantID) -> PostgresQuery {
        PostgresQuery(
            unsafeSQL: """
                SELECT count(*), coalesce(bit_xor(\(rowHash)), 0) FROM \(table.name) WHERE \(condition(tenant))
                """
        ).unprepared.within(.seconds(300))
    }

    private var rowHash: String { "hashtextextended(ROW(\(table.columnList))::text COLLATE \"C\", 0)" }
}

/// A row as one shard has it.
struct RowVersion: Hashable, Sendable {
    let hash: Int64
    /// Compared with what the same shard says later, never with another's.
    let writer: String
}

extension MoveEngine {
    func digest(of range: KeyRange, at side: MoveSide) async throws(MoveError) -> RangeDigest {
        try await telling(side, "hashing \(range.summary)") {
            let (rows, hash) = try await side.pool.transact(prologue: [.readingRanges], [range.digest(claim.tenant)])[0]
                .single().decode((Int.self, Int64.self))
            return RangeDigest(rows: rows, hash: hash)
        }
    }

    func rows(of selection: RowSelection, at side: MoveSide) async throws(MoveError) -> [String: RowVersion] {
        try await telling(side, "hashing the rows of \(selection.summary)") {
            let rows = try await side.pool.transact(prologue: [.readingRanges], [selection.rowHashes(claim.tenant)])[0]
                .decode((String.self, Int64.self, String.self))
            return Dictionary(rows.map { ($0.0, RowVersion(hash: $0.1, writer: $0.2)) }) { first, _ in first }
        }
    }
}

extension PostgresQuery {
    /// A range is read by the key's index, and is not worth a compilation.
    static let readingRanges: PostgresQuery =
        "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"
}
