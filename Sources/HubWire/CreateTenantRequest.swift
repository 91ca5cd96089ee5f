package import HubModel

/// The body of `POST /api/tenants`: a super admin makes a tenant for somebody, and may say on which shard of the region.
package struct CreateTenantRequest: Codable, Hashable, Sendable {
    /// What whoever signs up says too; but the subdomain may be a canary's.
    package let registration: RegisterTenantRequest
    /// Absent for the one with the most room.
    package let shard: ShardID?

    package init(_ registration: RegisterTenantRequest, on shard: ShardID? = nil) {
        self.registration = registration
        self.shard = shard
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let registration = RegisterTenantRequest(&fields, subdomain: .subdomain(orCanary: true))
        shard = fields.optional("shard", .form("the id of a shard of the region"))
        guard let registration, fields.isValid else { throw fields.failure }
        self.registration = registration
    }

    package func encode(to encoder: any Encoder) throws {
        try registration.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(shard, forKey: .shard)
    }

    private enum CodingKeys: String, CodingKey {
        case shard
    }
}
