package import HubModel

/// The name of an item in Redis: of a tenant (its hash tag, so one script can touch all keys of a tenant), in an opening
/// of the gate and a placement of the tenant.
package struct CacheKey: Hashable, Sendable {
    package let tenant: TenantID
    package let tenantEpoch: Epoch
    package let gateEpoch: GateEpoch
    package let subject: CacheSubject

    package init(tenant: TenantID, tenantEpoch: Epoch, gateEpoch: GateEpoch, subject: CacheSubject) {
        self.tenant = tenant
        self.tenantEpoch = tenantEpoch
        self.gateEpoch = gateEpoch
        self.subject = subject
    }
}

extension CacheKey: CustomStringConvertible {
    /// The key as Redis knows it, such as `hub:7:{0198…}:1:projects`. The gate's epoch comes first, so that what earlier
    /// openings left can be found and removed by its prefix.
    package var description: String { "hub:\(gateEpoch.rawValue):{\(tenant)}:\(tenantEpoch):\(subject)" }
}
