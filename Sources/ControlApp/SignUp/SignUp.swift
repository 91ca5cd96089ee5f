import Credentials
import Directory
import HubModel
import HubWeb
import HubWire
import Logging
import Observability
import Topology

/// Makes a tenant: in the directory and on a shard, or in neither.
///
/// It is a saga of three steps, each of which may be the last before a crash: *begin* takes the name in the directory,
/// *create* makes the tenant on the shard, *finish* makes it known to routers. What is begun and never finished is undone
/// by the ``RegistrationJanitor`` once its lease has run out.
struct SignUp: Sendable {
    private let directory: DirectoryStore
    private let shards: ShardClient
    private let hasher: PasswordHasher
    private let configuration: ControlConfiguration
    private let now: WallClock
    private let logger: Logger

    init(
        directory: DirectoryStore,
        shards: ShardClient,
        hasher: PasswordHasher,
        configuration: ControlConfiguration,
        now: @escaping WallClock,
        logger: Logger
    ) {
        self.directory = directory
        self.shards = shards
        self.hasher = hasher
        self.configuration = configuration
        self.now = now
        self.logger = logger
    }

    /// - Parameters:
    ///   - shard: the one to make it on; nil for that with the most room.
    ///   - isCanary: whether the name may be one that is kept for canaries.
    ///   - context: who asks: a person without an account, or a super admin.
    /// - Throws: 400 for an unknown region, 409 for a name that is taken or reserved, 503 when the shard cannot be asked.
    func perform(
        _ request: RegisterTenantRequest,
        on shard: ShardID? = nil,
        isCanary: Bool = false,
        context: OperatorContext,
        requestID: String
    ) async throws -> RegisterTenantAnswer {
        let passwordHash = try await hash(request.adminPassword)
        let timing = configuration.signUpTiming
        let expiry = now() + timing.requestValidity
        let registration: TenantRegistration
        do {
            registration = try await directory.beginRegistration(
                of: request.subdomain,
                name: request.tenantName,
                in: request.region,
                on: shard,
                isCanary: isCanary,
                lease: timing.lease
            )
        } catch  where error.code == .notFound(.shard) {
            throw InvalidRequest(errors: [FieldError(field: "shard", message: "is not a shard of this region")])
        }
        let creation = InternalTenantCreation(
            tenantId: registration.tenant,
            subdomain: registration.subdomain,
            name: registration.tenantName,
            maxUsers: configuration.limits.newTenantMaxUsers,
            maxProjects: configuration.limits.newTenantMaxProjects,
            epoch: .first,
            admin: InternalAdmin(
                id: UserID.make(at: now()),
                email: request.adminEmail,
                fullName: request.adminFullName,
                passwordHash: passwordHash
            ),
            clientAddress: context.clientAddress
        )
        do {
            _ = try await shards.create(creation, on: registration.shard, until: expiry, requestID: requestID)
        } catch {
            throw await giveUp(registration, because: error)
        }
        let tenant = try await directory.finishRegistration(registration.id, context)
        return answer(tenant, creation)
    }

    // MARK: - Private

    private func hash(_ password: String) async throws(WebFailure) -> String {
        do {
            return try await hasher.hash(password)
        } catch {
            throw .unavailable("Too many people are signing up at this moment. Try again.", cause: error)
        }
    }

    /// The failure of a sign-up whose tenant could not be made; its name is free again at once if that is certain.
    private func giveUp(_ registration: TenantRegistration, because error: ShardClientError) async -> WebFailure {
        guard error.code != .unknown else {
            return .unavailable(
                "The region did not answer. The name is kept for about a minute; try again after that.",
                retryAfter: Int(configuration.signUpTiming.lease.components.seconds),
                cause: error
            )
        }
        do {
            try await directory.undoRegistration(registration.id, reason: "not created on the shard")
        } catch {
            logger.notice("a registration is left to the janitor", metadata: .fields([.error: "\(error)"]))
        }
        return .unavailable(
            "The region cannot take new workspaces at the moment. Try again.",
            retryAfter: 5,
            cause: error
        )
    }

    private func answer(_ tenant: DirectoryTenant, _ creation: InternalTenantCreation) -> RegisterTenantAnswer {
        RegisterTenantAnswer(
            tenant: TenantView(
                id: tenant.id,
                name: tenant.name,
                subdomain: tenant.subdomain,
                region: tenant.region,
                maxUsers: creation.maxUsers,
                maxProjects: creation.maxProjects,
                usage: TenantUsage(users: 1, projects: 0, tasks: 0)
            ),
            user: UserView(
                id: creation.admin.id,
                tenantId: tenant.id,
                email: creation.admin.email.rawValue,
                fullName: creation.admin.fullName,
                role: .tenantAdmin,
                createdAt: tenant.createdAt,
                updatedAt: tenant.createdAt
            ),
            url: configuration.url(of: tenant.subdomain)
        )
    }
}
