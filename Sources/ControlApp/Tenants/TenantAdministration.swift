import Directory
import HubModel
import HubWeb
import HubWire
import Logging
import Observability

/// What super admins do to tenants, in the directory and on the tenant's shard.
///
/// Changes and erasures are sagas of three steps, each of which may be the last before a crash: *begin* journals the wish
/// in the directory, the shard makes it, *finish* makes it known to routers. What is begun and not finished is carried on
/// by the ``ChangeJanitor`` once its lease has run out.
struct TenantAdministration: Sendable {
    let directory: DirectoryStore
    let shards: ShardClient
    let timing: SignUpTiming
    let now: WallClock
    let logger: Logger

    /// How long a tenant that a switch holds is waited for: longer than most pauses, and less than a person waits.
    static let holdPatience = Duration.seconds(3)

    /// - Returns: the tenant, and what its shard says of it if it was told.
    /// - Throws: 404, 409; 503 when the shard cannot be asked: then nothing was changed, or it will be changed soon.
    func change(
        _ tenant: TenantID,
        _ wanted: WantedTenantChange,
        _ context: OperatorContext,
        requestID: String
    ) async throws -> (tenant: DirectoryTenant, settings: InternalTenantSettings?) {
        guard wanted.concernsShard else {
            guard let state = wanted.state else { return (try await directory.tenant(tenant), nil) }
            let changed = try await beyondHold(of: tenant) { () throws(DirectoryError) in
                try await directory.setState(of: tenant, to: state, context)
            }
            return (changed, nil)
        }
        let change = try await beyondHold(of: tenant) { () throws(DirectoryError) in
            try await directory.beginChange(of: tenant, wanted, lease: timing.lease, context)
        }
        do {
            return try await carryOn(change, context, requestID: requestID)
        } catch let error as ShardClientError {
            throw await giveUp(change, because: error)
        }
    }

    /// Tells the shard of a journalled change, and finishes it.
    func carryOn(
        _ change: TenantChange,
        _ context: OperatorContext,
        requestID: String
    ) async throws -> (tenant: DirectoryTenant, settings: InternalTenantSettings?) {
        let wanted = change.wanted
        let settings = try await shards.change(
            RoutedTenant(tenant: change.tenant, epoch: change.epoch),
            InternalTenantChange(
                subdomain: wanted.subdomain,
                name: wanted.name,
                maxUsers: wanted.maxUsers,
                maxProjects: wanted.maxProjects,
                operator: change.operator,
                clientAddress: change.clientAddress
            ),
            on: change.shard,
            until: now() + timing.requestValidity,
            requestID: requestID
        )
        let values = AuditedTenantValues(maxUsers: settings.maxUsers, maxProjects: settings.maxProjects)
        return (try await directory.finishChange(change, values: values, context), settings)
    }

    /// Erases a tenant everywhere; asked for again while it is under way, it goes on.
    ///
    /// - Throws: 404, 409; 503 when the shard cannot be asked: then the tenant is served no more, and goes soon.
    func erase(
        _ tenant: DirectoryTenant,
        _ context: OperatorContext,
        requestID: String
    ) async throws -> TenantErasureView {
        let change = try await directory.beginErasure(of: tenant.id, lease: timing.lease, context)
        do {
            return try await carryOnErasure(change, context, requestID: requestID)
        } catch let error as ShardClientError {
            throw WebFailure.unavailable(
                "The workspace is closed, but its region did not confirm the erasure. It is tried again until it does; "
                    + "send this request again for the proof.",
                retryAfter: 5,
                cause: error
            )
        }
    }

    /// Has the shard erase the tenant of a journalled erasure, and finishes it.
    func carryOnErasure(
        _ change: TenantChange,
        _ context: OperatorContext,
        requestID: String
    ) async throws -> TenantErasureView {
        let tenant = try await directory.tenant(change.tenant)
        let erased = try await shards.erase(
            RoutedTenant(tenant: tenant.id, epoch: tenant.epoch),
            from: tenant.shard,
            as: change.erasure,
            until: now() + timing.requestValidity,
            requestID: requestID
        )
        try await directory.finishErasure(change, of: tenant, removed: erased.removed, context)
        return TenantErasureView(
            id: change.erasure,
            tenantId: tenant.id,
            subdomain: tenant.subdomain,
            shard: tenant.shard,
            region: tenant.region,
            erasedAt: erased.erasedAt,
            removed: erased.removed
        )
    }

    /// Makes a ticket for a session of one of the tenant's users; it is in the hub's trail before it exists.
    ///
    /// - Throws: 400 for a user who is not the tenant's; 409 for a tenant that is not active; 503.
    func impersonate(
        _ tenant: DirectoryTenant,
        _ wanted: ImpersonateRequest,
        by admin: SuperAdmin,
        _ context: OperatorContext,
        requestID: String
    ) async throws -> InternalImpersonationTicket {
        guard tenant.state == .active else {
            throw WebFailure(.conflict("The workspace is \(tenant.state): nobody can sign in to it now."))
        }
        try await directory.record(
            DirectoryAuditEntry(
                .impersonate,
                .tenant,
                tenant.id.uuid,
                tenant: tenant.id,
                changes: .created(AuditedImpersonation(reason: wanted.reason, userId: wanted.userId))
            ),
            context
        )
        do {
            return try await shards.impersonate(
                RoutedTenant(tenant: tenant.id, epoch: tenant.epoch),
                InternalImpersonation(
                    operator: OperatorReference(id: admin.id, email: admin.email),
                    reason: wanted.reason,
                    userId: wanted.userId,
                    clientAddress: context.clientAddress
                ),
                on: tenant.shard,
                until: now() + timing.requestValidity,
                requestID: requestID
            )
        } catch {
            guard error.problem?.status == 404 else { throw unavailable(error) }
            throw InvalidRequest(errors: [FieldError(field: "userId", message: "must be the id of one of its users")])
        }
    }

    /// What the tenant's shard knows of it; nil when it cannot be asked. A name that the directory missed is noted.
    func settings(of tenant: DirectoryTenant, requestID: String) async -> InternalTenantSettings? {
        let settings = try? await shards.settings(
            of: RoutedTenant(tenant: tenant.id, epoch: tenant.epoch),
            on: tenant.shard,
            until: now() + timing.requestValidity,
            requestID: requestID
        )
        if let settings, settings.name != tenant.name { try? await directory.noteName(of: tenant.id, settings.name) }
        return settings
    }

    // MARK: - Private

    /// Does what cannot be done while a switch holds the tenant, when it does so no more.
    ///
    /// - Throws: what `body` throws at last, when the switch takes too long.
    private func beyondHold<Answer>(
        of tenant: TenantID,
        _ body: () async throws(DirectoryError) -> Answer
    ) async throws -> Answer {
        let deadline = ContinuousClock.now + TenantAdministration.holdPatience
        while true {
            do throws(DirectoryError) {
                return try await body()
            } catch {
                guard error.code == .conflict, .now < deadline, try await directory.tenant(tenant).state == .held
                else { throw error }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The failure of a change that the shard did not make, or may have made.
    private func giveUp(_ change: TenantChange, because error: ShardClientError) async -> WebFailure {
        guard error.code != .unknown else {
            return .unavailable(
                "The region did not answer. The change will be made as soon as it does, within about a minute; look "
                    + "before you try again.",
                retryAfter: Int(timing.lease.components.seconds),
                cause: error
            )
        }
        do {
            try await directory.undoChange(change, reason: "not made on the shard")
        } catch {
            logger.notice("a tenant's change is left to the janitor", metadata: .fields([.error: "\(error)"]))
        }
        return unavailable(error)
    }

    private func unavailable(_ error: ShardClientError) -> WebFailure {
        .unavailable(
            "The region of this workspace cannot be asked at the moment. Try again.",
            retryAfter: 5,
            cause: error
        )
    }
}

/// What the control plane's audit trail keeps of an impersonation.
private struct AuditedImpersonation: Encodable {
    let reason: String
    let userId: UserID?
}
