import HubColumns
package import HubModel
import Postgres

/// A change of a tenant under way: journalled in the directory, to be made on its shard.
package struct TenantChange: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case settings
        case erasure
    }

    package let id: TenantChangeID
    package let tenant: TenantID
    package let kind: Kind
    package let wanted: WantedTenantChange
    /// The super admin who wants it, unless they are gone.
    package let `operator`: OperatorReference?
    package let clientAddress: String?
    /// Where the tenant is now, and at which epoch.
    package let shard: ShardID
    package let epoch: Epoch

    /// An erasure's own name on the shard.
    package var erasure: ErasureID { ErasureID(id.uuid) }
}

/// What a super admin wants changed of a tenant; nil keeps what is there.
package struct WantedTenantChange: Hashable, Sendable {
    package var subdomain: Subdomain?
    package var name: String?
    package var maxUsers: Int?
    package var maxProjects: Int?
    /// Active or suspended.
    package var state: TenantState?

    package init(
        subdomain: Subdomain? = nil,
        name: String? = nil,
        maxUsers: Int? = nil,
        maxProjects: Int? = nil,
        state: TenantState? = nil
    ) {
        self.subdomain = subdomain
        self.name = name
        self.maxUsers = maxUsers
        self.maxProjects = maxProjects
        self.state = state
    }

    /// Whether the tenant's shard has to be told.
    package var concernsShard: Bool { subdomain != nil || name != nil || maxUsers != nil || maxProjects != nil }
}

extension TenantChange {
    init(_ row: PostgresRow) throws(PostgresError) {
        let kindName: String, operatorID: UserID?, operatorEmail: EmailAddress?
        var wanted = WantedTenantChange()
        (
            id, tenant, kindName, wanted.subdomain, wanted.name, wanted.maxUsers, wanted.maxProjects, wanted.state,
            operatorID, operatorEmail, clientAddress, shard, epoch
        ) = try row.decode(
            (
                TenantChangeID.self, TenantID.self, String.self, Subdomain?.self, String?.self, Int?.self, Int?.self,
                TenantState?.self, UserID?.self, EmailAddress?.self, String?.self, ShardID.self, Epoch.self
            )
        )
        kind = kindName == Kind.erasure.rawValue ? .erasure : .settings
        self.wanted = wanted
        self.operator =
            if let operatorID, let operatorEmail {
                OperatorReference(id: operatorID, email: operatorEmail)
            } else {
                nil
            }
    }

    /// The changes of `source`, a query of whole rows of `tenant_changes`, whose tenants are there.
    static func query(_ source: PostgresQuery) -> PostgresQuery {
        """
        SELECT c.id, c.tenantId, c.kind, c.subdomain, c.name, c.maxUsers, c.maxProjects, c.tenantState,
               u.id, u.email, c.clientAddress, t.shard, t.epoch
        FROM (\(fragment: source)) AS c JOIN tenants AS t ON t.id = c.tenantId LEFT JOIN users AS u ON u.id = c.userId
        """
    }
}
