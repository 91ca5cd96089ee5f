package import HubModel

/// The answer of `DELETE /internal/tenants/{id}?erasure={id}`: what was removed.
package struct InternalTenantErased: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    /// Rows by table; all 0 when the tenant was not there.
    package let removed: [String: Int]
    package let erasedAt: Timestamp

    package init(tenantId: TenantID, removed: [String: Int], erasedAt: Timestamp) {
        self.tenantId = tenantId
        self.removed = removed
        self.erasedAt = erasedAt
    }
}
