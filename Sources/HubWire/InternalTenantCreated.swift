package import HubModel

/// The answer of `POST /internal/tenants`.
package struct InternalTenantCreated: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    /// False when the tenant was there already, from an earlier try.
    package let created: Bool

    package init(tenantId: TenantID, created: Bool) {
        self.tenantId = tenantId
        self.created = created
    }
}
