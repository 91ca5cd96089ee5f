package import HubModel

/// What proves, by SHA-256 alone, that an entry of the audit trail is what was sealed.
///
/// The SHA-256 of `text` (UTF-8) is the one of `digests` at the place `sequence` − `firstEntry` of the first of `seals`; the
/// SHA-256 of all digests' bytes, one after another, is that seal's `root`. A seal's `hash` is the SHA-256 of
/// `<tenantId>|<number>|<month>|<firstEntry>|<entries>|<root>|<previous>`, and `previous` is the hash of the seal before. The
/// last seal's is the one that the directory has kept since `witness.witnessedAt`. Hashes are in hexadecimal digits.
package struct AuditProofView: Codable, Hashable, Sendable {
    package struct Witness: Codable, Hashable, Sendable {
        package let number: Int
        package let entries: Int
        package let hash: String
        package let region: RegionID
        package let witnessedAt: Timestamp

        package init(number: Int, entries: Int, hash: String, region: RegionID, witnessedAt: Timestamp) {
            (self.number, self.entries, self.hash) = (number, entries, hash)
            (self.region, self.witnessedAt) = (region, witnessedAt)
        }
    }

    package let tenantId: TenantID
    package let entryId: AuditLogID
    package let sequence: Int
    package let text: String
    package let digests: [String]
    package let seals: [AuditSeal]
    package let witness: Witness

    package init(
        tenantId: TenantID,
        entryId: AuditLogID,
        sequence: Int,
        text: String,
        digests: [String],
        seals: [AuditSeal],
        witness: Witness
    ) {
        (self.tenantId, self.entryId, self.sequence, self.text) = (tenantId, entryId, sequence, text)
        (self.digests, self.seals, self.witness) = (digests, seals, witness)
    }
}
