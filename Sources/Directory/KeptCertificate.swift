import Crypto
import HubColumns
package import HubModel
import Postgres

/// A certificate as the directory keeps it: a text that anybody can hash.
package struct KeptCertificate: Hashable, Sendable {
    /// Its place in the chain, from 1.
    package let number: Int64
    package let move: MoveID
    /// One fact a line; the second line has the hash of the certificate before.
    package let text: String
    /// SHA-256 of the text, in hexadecimal.
    package let hash: String
    package let createdAt: Timestamp
}

extension KeptCertificate {
    static let columns = "number, moveId, text, hash, createdAt"

    init(_ row: PostgresRow) throws(PostgresError) {
        (number, move, text, hash, createdAt) = try row.decode(
            (Int64.self, MoveID.self, String.self, String.self, Timestamp.self)
        )
    }

    /// SHA-256 (FIPS 180-4) in hexadecimal.
    static func hash(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).hexadecimal
    }

    /// What is wrong with it, by itself or in its place; nil when nothing is.
    ///
    /// - Parameter previous: the one before; nil for the first.
    package func fault(after previous: KeptCertificate?) -> String? {
        if KeptCertificate.hash(text) != hash {
            return "the text of certificate \(number) is not the one that was hashed"
        }
        guard number == (previous?.number ?? 0) + 1 else {
            return "certificate \((previous?.number ?? 0) + 1) is missing"
        }
        let lines = text.split(separator: "\n", maxSplits: 2)
        guard lines.count == 3, lines[1] == "previous \(previous?.hash ?? "none")" else {
            return "certificate \(number) does not follow the one before it"
        }
        return nil
    }
}
