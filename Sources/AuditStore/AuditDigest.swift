import Crypto
import HubModel

/// The SHA-256 that entries and seals are bound by.
package enum AuditDigest {
    package static func hexadecimal(of text: String) -> String { bytes(of: text).hexadecimal }

    package static func hexadecimal(of bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hexadecimal }

    static func bytes(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// The canonical text without the user, whom a shard forgets: what a row there and a sealed one have in common.
    static func commonText(_ row: String) -> String {
        canonicalText(row).replacing("'userId', \(row).userId, ", with: "")
    }

    /// The canonical text of a row of the trail, as SQL over the alias `row`: PostgreSQL's text of a `jsonb` object, whose keys
    /// and spaces are always the same.
    static func canonicalText(_ row: String) -> String {
        """
        jsonb_build_object('tenantId', \(row).tenantId, 'id', \(row).id,
          'timestamp', to_char(\(row).timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'userId', \(row).userId, 'action', \(row).action, 'entityType', \(row).entityType, 'entityId', \(row).entityId,
          'changes', \(row).changes, 'ipAddress', \(row).ipAddress)::text
        """
    }
}
