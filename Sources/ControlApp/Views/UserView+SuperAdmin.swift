import Directory
import HubModel
import HubWire

extension UserView {
    init(_ admin: SuperAdmin) {
        self.init(
            id: admin.id,
            tenantId: nil,
            email: admin.email.rawValue,
            fullName: admin.fullName,
            role: .superAdmin,
            createdAt: admin.createdAt,
            updatedAt: admin.updatedAt
        )
    }
}
