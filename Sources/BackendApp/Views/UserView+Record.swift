import HubModel
import HubWire
import ShardStore

extension UserView {
    init(_ user: UserRecord, tenant: TenantID) {
        self.init(UserProfile(user), tenant: tenant)
    }

    init(_ user: UserProfile, tenant: TenantID) {
        self.init(
            id: user.id,
            tenantId: tenant,
            email: user.email.rawValue,
            fullName: user.fullName,
            role: user.role,
            createdAt: user.createdAt,
            updatedAt: user.updatedAt
        )
    }
}

extension PersonView {
    init(_ user: UserReference) {
        self.init(id: user.id, fullName: user.fullName)
    }
}
