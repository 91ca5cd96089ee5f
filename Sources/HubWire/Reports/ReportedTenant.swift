package import HubModel

/// A tenant in any list of a report.
package protocol ReportedTenant {
    var tenantId: TenantID { get }
    /// Nil for one that was erased meanwhile.
    var subdomain: Subdomain? { get }
}

extension ReportedTenant {
    /// The subdomain, or where there is none any more the id.
    package var name: String { subdomain?.rawValue ?? tenantId.description }
}
