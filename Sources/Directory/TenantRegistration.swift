import HubColumns
package import HubModel
import Postgres

/// A sign-up under way: a name that is taken, and the shard on which its tenant is being created.
package struct TenantRegistration: Hashable, Sendable {
    package let id: RegistrationID
    package let tenant: TenantID
    package let subdomain: Subdomain
    package let tenantName: String
    package let shard: ShardID
    /// Until then nobody else touches the registration; afterwards the janitor undoes it.
    package let leaseUntil: Timestamp
}

extension TenantRegistration {
    static let columns = "id, tenantId, subdomain, tenantName, shard, leaseUntil"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, tenant, subdomain, tenantName, shard, leaseUntil) = try row.decode(
            (RegistrationID.self, TenantID.self, Subdomain.self, String.self, ShardID.self, Timestamp.self)
        )
    }
}
