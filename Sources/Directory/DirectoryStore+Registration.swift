import HubColumns
package import HubModel
import Postgres

/// Sign-up is a saga over directory and shard: **begin** takes the name, then the tenant is created on the shard, then
/// **finish** makes it visible to routers. Begun but never finished, it is **claimed** once its lease has run out, erased
/// from the shard, and **undone**.
///
/// Whoever began it must not ask the shard for longer than the lease: after that the erasure may have happened, and a
/// creation that comes later would leave a tenant nobody knows. When the shard's answer is in doubt, leave the
/// registration to the janitor.
extension DirectoryStore {
    /// Takes the name and, unless one is chosen, chooses the open shard of the region with the fewest tenants for its
    /// weight.
    ///
    /// - Parameter isCanary: whether the name may be one that is kept for canaries.
    /// - Throws: `.taken`, `.reserved`, `.notFound(.region)`, `.noOpenShard`; of a chosen shard `.notFound(.shard)` when it
    ///   is not of the region, and `.conflict` when it takes no new tenants.
    package func beginRegistration(
        of subdomain: Subdomain,
        name: String,
        in region: RegionID,
        on shard: ShardID? = nil,
        isCanary: Bool = false,
        lease: Duration
    ) async throws(DirectoryError) -> TenantRegistration {
        guard !subdomain.isReserved || (isCanary && subdomain.isCanary) else {
            throw DirectoryError(.reserved, "the subdomain is reserved")
        }
        return try await change { transaction in
            let answers = try await transaction.pipeline([
                "SELECT EXISTS (SELECT FROM tenants WHERE subdomain = \(subdomain))",
                "SELECT EXISTS (SELECT FROM reserved_subdomains WHERE subdomain = \(subdomain))",
                "SELECT EXISTS (SELECT FROM regions WHERE id = \(region))",
                .leastLoadedShard(of: region, chosen: shard),
                .isNamePending(subdomain),
                "SELECT EXISTS (SELECT FROM shards WHERE id = coalesce(\(shard), id) AND region = \(region))",
            ])
            guard try !answers[0].value(Bool.self), try !answers[4].value(Bool.self) else {
                throw DirectoryError(.taken, "the subdomain is taken")
            }
            guard try !answers[1].value(Bool.self) else { throw DirectoryError(.reserved, "the subdomain is reserved") }
            guard try answers[2].value(Bool.self) else {
                throw DirectoryError(.notFound(.region), "there is no region \(region)")
            }
            if let shard {
                guard try answers[5].value(Bool.self) else {
                    throw DirectoryError(.notFound(.shard), "region \(region) has no shard \(shard)")
                }
                guard !answers[3].isEmpty else {
                    throw DirectoryError(.conflict, "shard \(shard) takes no new tenants")
                }
            }
            guard !answers[3].isEmpty else {
                throw DirectoryError(.noOpenShard, "no shard of region \(region) takes new tenants")
            }
            return try await transaction.query(
                """
                INSERT INTO registrations (id, tenantId, subdomain, tenantName, shard, leaseUntil)
                VALUES (\(RegistrationID.fresh()), \(TenantID.fresh()), \(subdomain), \(name),
                        \(try answers[3].value(ShardID.self)), now() + make_interval(secs => \(lease / .seconds(1))))
                RETURNING \(unescaped: TenantRegistration.columns)
                """
            ).map(TenantRegistration.init)[0]
        }
    }

    /// Makes the tenant known to routers. Finishing twice is finishing once.
    ///
    /// - Throws: `.conflict` when the lease was lost and the janitor undoes the registration; then the tenant must be
    ///   left to it. `.notFound(.registration)`.
    package func finishRegistration(
        _ id: RegistrationID,
        _ context: OperatorContext
    ) async throws(DirectoryError) -> DirectoryTenant {
        try await change { transaction in
            let finished = try await transaction.query(
                """
                UPDATE registrations SET state = 'finished', updatedAt = now() WHERE id = \(id) AND state = 'pending'
                RETURNING \(unescaped: TenantRegistration.columns)
                """
            ).map(TenantRegistration.init)
            guard let registration = finished.first else { return try await transaction.requireFinished(id) }
            let entry = DirectoryAuditEntry(
                .createTenant,
                .tenant,
                registration.tenant.uuid,
                tenant: registration.tenant,
                changes: .created([
                    "subdomain": "\(registration.subdomain)", "name": registration.tenantName,
                    "shard": "\(registration.shard)",
                ])
            )
            let answers = try await transaction.pipeline([
                """
                INSERT INTO tenants (id, subdomain, name, shard, epoch)
                VALUES (\(registration.tenant), \(registration.subdomain), \(registration.tenantName),
                        \(registration.shard), \(Epoch.first))
                """,
                .recording(entry, in: context),
                DirectoryTenant.query(where: "t.id = \(registration.tenant)"),
            ])
            return try answers[2].map(DirectoryTenant.init)[0]
        }
    }

    /// Takes over registrations whose lease has run out, so that the caller undoes them; from then on they cannot finish.
    ///
    /// - Parameter lease: how long the caller has, before another may take them over.
    package func claimExpiredRegistrations(
        limit: Int,
        lease: Duration
    ) async throws(DirectoryError) -> [TenantRegistration] {
        try await mappingErrors {
            try await pool.query(
                """
                UPDATE registrations SET state = 'undoing', updatedAt = now(),
                       leaseUntil = now() + make_interval(secs => \(lease / .seconds(1)))
                WHERE id IN (SELECT id FROM registrations WHERE state IN ('pending', 'undoing') AND leaseUntil < now()
                             ORDER BY leaseUntil LIMIT \(limit) FOR UPDATE SKIP LOCKED)
                RETURNING \(unescaped: TenantRegistration.columns)
                """
            ).map(TenantRegistration.init)
        }
    }

    /// Gives the name back, once the tenant is certainly not on the shard: it was erased there, or its creation refused.
    /// Undoing twice is undoing once.
    ///
    /// - Parameter reason: why, for operators; nothing personal.
    /// - Throws: `.conflict` when it was finished; `.notFound(.registration)`.
    package func undoRegistration(_ id: RegistrationID, reason: String) async throws(DirectoryError) {
        let undone = try await mappingErrors {
            try await pool.query(
                """
                UPDATE registrations SET state = 'undone', reason = \(reason), updatedAt = now()
                WHERE id = \(id) AND state <> 'finished' RETURNING id
                """
            )
        }
        guard undone.isEmpty else { return }
        let known = try await read("SELECT EXISTS (SELECT FROM registrations WHERE id = \(id))")
        guard try known[0].value(Bool.self) else {
            throw DirectoryError(.notFound(.registration), "there is no such registration")
        }
        throw DirectoryError(.conflict, "the registration was finished")
    }
}

extension DirectoryTransaction {
    /// The tenant of a registration that is not pending, if it was finished.
    fileprivate func requireFinished(_ id: RegistrationID) async throws(DirectoryError) -> DirectoryTenant {
        let answers = try await pipeline([
            "SELECT EXISTS (SELECT FROM registrations WHERE id = \(id))",
            DirectoryTenant.query(
                where: "t.id = (SELECT tenantId FROM registrations WHERE id = \(id) AND state = 'finished')"
            ),
        ])
        guard try answers[0].value(Bool.self) else {
            throw DirectoryError(.notFound(.registration), "there is no such registration")
        }
        guard let tenant = try answers[1].map(DirectoryTenant.init).first else {
            throw DirectoryError(.conflict, "the registration's lease ran out, and it is being undone")
        }
        return tenant
    }
}

extension PostgresQuery {
    /// Sign-ups under way count as tenants, so that a burst of them is spread.
    fileprivate static func leastLoadedShard(of region: RegionID, chosen: ShardID?) -> PostgresQuery {
        """
        SELECT s.id FROM shards AS s LEFT JOIN shard_loads AS l ON l.shard = s.id
        WHERE s.region = \(region) AND s.state = 'open' AND s.id = coalesce(\(chosen), s.id)
        ORDER BY (coalesce(l.tenants, 0)
                  + (SELECT count(*) FROM registrations AS r WHERE r.shard = s.id AND r.state = 'pending'))::float8
                 / s.weight, s.id
        LIMIT 1
        """
    }
}
