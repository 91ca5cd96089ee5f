import Directory
import HubWeb

extension WebContext {
    /// The same request, on behalf of the super admin it came from.
    func operatorContext(_ admin: SuperAdmin) -> OperatorContext {
        OperatorContext(actor: admin.id, clientAddress: arrival.clientAddress)
    }
}
