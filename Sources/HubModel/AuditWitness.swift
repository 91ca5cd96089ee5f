/// How far a tenant's audit chain was seen to be: whoever changes what was sealed up to there is found out.
package struct AuditWitness: Codable, Hashable, Sendable {
    package let tenant: TenantID
    /// The number of the chain's last seal.
    package let number: Int
    /// How many entries were sealed by then.
    package let entries: Int
    /// The hash of that seal, in hexadecimal digits.
    package let hash: String
    /// The region whose store the chain was in.
    package let region: RegionID
    /// Nil before it was kept.
    package let witnessedAt: Timestamp?

    package init(
        tenant: TenantID,
        number: Int,
        entries: Int,
        hash: String,
        region: RegionID,
        witnessedAt: Timestamp? = nil
    ) {
        (self.tenant, self.number, self.entries, self.hash) = (tenant, number, entries, hash)
        (self.region, self.witnessedAt) = (region, witnessedAt)
    }
}
