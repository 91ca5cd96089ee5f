package import HubModel

/// The answer of `DELETE /internal/tenants/{id}`: what was removed.
package struct InternalTenantErased: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    /// Rows by table; empty when the tenant was not there.
    package let removed: [String: Int]

    package init(tenantId: TenantID, removed: [String: Int]) {
        self.tenantId = tenantId
        self.removed = removed
    }
}
