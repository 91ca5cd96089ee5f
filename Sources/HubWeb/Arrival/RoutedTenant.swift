package import HubModel

/// The tenant a router resolved a request's host to, and the epoch of the placement it knew.
package struct RoutedTenant: Hashable, Sendable {
    package let tenant: TenantID
    package let epoch: Epoch

    package init(tenant: TenantID, epoch: Epoch) {
        self.tenant = tenant
        self.epoch = epoch
    }
}
