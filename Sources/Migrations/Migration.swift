import Crypto
import FoundationEssentials

/// One step of a schema's history, as SQL text that can be pasted into psql.
///
/// A migration that has been released is never edited: its checksum is what a database remembers it by.
package struct Migration: Sendable {
    /// 1 for the first of its schema, then without gaps.
    package let version: Int
    package let name: String
    package let sql: String

    package init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }

    /// SHA-256 of the SQL text, as 64 lower-case hexadecimal digits.
    package var checksum: String {
        SHA256.hash(data: Data(sql.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
