import HubColumns
package import HubModel
import Postgres

extension DirectoryStore {
    /// The newest tenants first.
    package func tenants(
        _ filter: TenantFilter,
        _ window: ListWindow
    ) async throws(DirectoryError) -> Listing<DirectoryTenant> {
        let condition = filter.condition
        let answers = try await read(
            """
            \(fragment: DirectoryTenant.query(where: condition))
            ORDER BY t.id DESC LIMIT \(window.limit) OFFSET \(window.offset)
            """,
            "SELECT count(*) FROM tenants AS t JOIN shards AS s ON s.id = t.shard WHERE \(fragment: condition)"
        )
        return Listing(items: try answers[0].map(DirectoryTenant.init), total: try answers[1].value())
    }

    /// - Throws: `.notFound(.tenant)`.
    package func tenant(_ id: TenantID) async throws(DirectoryError) -> DirectoryTenant {
        try await only(where: "t.id = \(id)")
    }

    /// - Throws: `.notFound(.tenant)`, also for a name that the tenant gave up.
    package func tenant(_ subdomain: Subdomain) async throws(DirectoryError) -> DirectoryTenant {
        try await only(where: "t.subdomain = \(subdomain)")
    }

    /// Those of the names that tenants have, with the tenants.
    package func tenants(named subdomains: [Subdomain]) async throws(DirectoryError) -> [DirectoryTenant] {
        try await read(DirectoryTenant.query(where: "t.subdomain = ANY(\(subdomains))"))[0].map(DirectoryTenant.init)
    }

    /// Suspends a tenant or resumes it; nothing changes when it is in that state already.
    ///
    /// - Parameter state: `.active` or `.suspended`; the others belong to moves and erasures.
    /// - Throws: `.notFound(.tenant)`; `.conflict` while a cutover holds the tenant or it is being erased.
    package func setState(
        of tenant: TenantID,
        to state: TenantState,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> DirectoryTenant {
        try await change { transaction in
            let before = try await transaction.tenant(tenant)
            guard before.state != state else { return before }
            try before.requireOperators(to: "become \(state)")
            guard state.isOperators else {
                throw DirectoryError(.conflict, "a tenant cannot become \(state) by hand")
            }
            let entry = DirectoryAuditEntry(
                .updateTenant,
                .tenant,
                tenant.uuid,
                tenant: tenant,
                changes: .updated(from: ["state": before.state], to: ["state": state])
            )
            let answers = try await transaction.pipeline([
                "UPDATE tenants SET state = \(state), updatedAt = now() WHERE id = \(tenant)",
                .recording(entry, in: context),
                DirectoryTenant.query(where: "t.id = \(tenant)"),
            ])
            return try answers[2].map(DirectoryTenant.init)[0]
        }
    }

    /// Notes what a tenant calls itself now. The name is the shard's; here it only serves those who search.
    package func noteName(of tenant: TenantID, _ name: String) async throws(DirectoryError) {
        _ = try await read("SELECT hub_note_tenant_name(\(tenant), \(name))")
    }

    // MARK: - Private

    private func only(where condition: PostgresQuery) async throws(DirectoryError) -> DirectoryTenant {
        let tenants = try await read(DirectoryTenant.query(where: condition))[0].map(DirectoryTenant.init)
        guard let tenant = tenants.first else { throw DirectoryError(.notFound(.tenant), "there is no such tenant") }
        return tenant
    }
}

extension TenantState {
    /// Whether operators decide on this state; the others belong to moves and erasures.
    var isOperators: Bool {
        switch self {
        case .active, .suspended: true
        case .held, .deleting: false
        }
    }
}
