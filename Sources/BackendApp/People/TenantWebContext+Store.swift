import HubModel
import HubWeb
import ShardStore

extension TenantWebContext {
    /// What the store has to know of the request: whose data, at which epoch, for whom.
    func tenantContext(actor: UserID?) -> TenantContext {
        TenantContext(
            tenant: routed.tenant,
            epoch: routed.epoch,
            actor: actor,
            clientAddress: arrival.clientAddress,
            requestID: arrival.requestID
        )
    }
}
