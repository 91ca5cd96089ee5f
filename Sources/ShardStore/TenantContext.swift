package import HubModel

/// On whose behalf a tenant's rows are touched: the only way to them.
///
/// Whoever has a context has been told the tenant and epoch by a router's signed headers; the shard's database still
/// judges whether they hold.
package struct TenantContext: Sendable {
    package let tenant: TenantID
    package let epoch: Epoch
    /// The user who acts, for the audit trail; nil for the hub itself and for people who are not signed in.
    package var actor: UserID?
    /// The super admin who acts as that user, for the audit trail.
    package var impersonator: OperatorReference?
    /// The person's address, as the router saw it.
    package let clientAddress: String?
    /// The request's id, for logs.
    package let requestID: String

    package init(
        tenant: TenantID,
        epoch: Epoch,
        actor: UserID? = nil,
        clientAddress: String? = nil,
        requestID: String
    ) {
        self.tenant = tenant
        self.epoch = epoch
        self.actor = actor
        self.clientAddress = clientAddress
        self.requestID = requestID
    }

    /// The same request, on behalf of the user it turned out to come from.
    package func acting(as user: UserID, behind impersonator: OperatorReference? = nil) -> TenantContext {
        var context = self
        context.actor = user
        context.impersonator = impersonator
        return context
    }
}
