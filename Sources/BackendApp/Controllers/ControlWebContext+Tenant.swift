import HubModel
import HubWeb
import Hummingbird
import ShardStore

extension ControlWebContext {
    /// - Throws: 403 when the path names another tenant than the signature.
    func requireSignedTenant() throws(WebFailure) {
        guard parameters.get("tenant").flatMap(TenantID.init) == routed.tenant else { throw .notControl }
    }

    /// What the store has to know of the request; control acts for nobody in the tenant.
    func tenantContext(clientAddress: String?) -> TenantContext {
        TenantContext(
            tenant: routed.tenant,
            epoch: routed.epoch,
            actor: nil,
            clientAddress: clientAddress,
            requestID: arrival.requestID
        )
    }
}
