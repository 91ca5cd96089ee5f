package import HubModel

/// What a load of demo data did.
package struct DemoSummary: Sendable {
    /// Tenants that are on the shard now and were not before.
    package var loaded: [TenantID] = []
    /// Tenants whose subdomain was on the shard already, under whichever id; they were not touched.
    package var found: [TenantID] = []
    package var rows = 0
}
