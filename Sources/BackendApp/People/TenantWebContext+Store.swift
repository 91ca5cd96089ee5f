import HubModel
import HubWeb
import ShardStore
import Throttling

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

    /// An attempt to prove to be the person of this email, as the throttle counts it.
    func loginAttempt(email: String) -> LoginAttempt {
        LoginAttempt(host: routed.tenant.description, email: email, address: arrival.clientAddress)
    }
}
