import AuditStore
import Credentials
import Directory
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Logging
import Observability
import OpenAPI
import ShardStore
import TenantCache
import Topology
import WebPages

extension Backend {
    /// The routes of a backend and the middleware around them.
    static func routes(
        _ configuration: BackendConfiguration,
        gate: SchemaGate,
        store: ShardStore,
        history: AuditHistory?,
        cache: TenantCache,
        directory: DirectoryStore,
        events: EventFeed,
        pruning: EventPruning,
        use: SessionUse,
        verifier: TokenVerifier,
        hasher: PasswordHasher,
        throttle: LoginThrottle,
        turns: TenantShares,
        registry: PrometheusRegistry,
        readiness: @escaping ReadinessCheck,
        now: @escaping WallClock
    ) throws -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        let problems = ProblemMiddleware { ProblemPage(problem: $0, requestID: $1).markup }
        router.addMiddleware {
            ArrivalMiddleware(
                reader: ArrivalReader(verifier: SignatureVerifier(key: configuration.routerSigningKey)),
                bodyLimit: configuration.limits.requestBodyBytes,
                place: .fields([.shard: "\(configuration.shard)"]),
                now: now
            )
            RequestRecordMiddleware(meters: RequestMeters(factory: registry))
            SecurityFieldsMiddleware(isSecure: configuration.isSecure)
            CompressionMiddleware()
            RateLimitMiddleware(
                RateLimits(configuration.limits),
                problems: problems,
                factory: registry,
                now: now
            )
            problems
            RouterSignatureMiddleware()
            TenantShareMiddleware(shares: turns, fence: cache.fence)
            BodyLimitMiddleware()
        }
        HealthRoutes(process: configuration.name.rawValue, readiness: readiness).add(to: router)
        AssetRoutes(.built).add(to: router)
        DescriptionRoutes(path: APIDocument.path, json: try WorkspaceAPI.document.json()).add(to: router)

        let origin = OriginCheck(isSecure: configuration.isSecure)
        let workspace = Workspace(
            gate: gate,
            store: store,
            cache: cache,
            authenticator: Authenticator(verifier: verifier, origin: origin, now: now),
            pruning: pruning,
            use: use,
            keySecret: configuration.routerSigningKey,
            now: now
        )
        let passwords = PasswordCheck(hasher: hasher)
        let signIn = SignIn(
            gate: gate,
            store: store,
            passwords: passwords,
            throttle: throttle,
            signer: TokenSigner(keyPair: configuration.tokenKey, issuer: configuration.baseDomain),
            lifetime: .seconds(configuration.limits.tokenSeconds),
            now: now
        )
        let tenants = router.group(context: TenantWebContext.self)
        let auth = AuthController(
            workspace: workspace,
            signIn: signIn,
            passwords: passwords,
            throttle: throttle,
            region: configuration.region.id,
            now: now
        )
        let tenant = TenantController(workspace: workspace, region: configuration.region.id, directory: directory)
        let users = UserController(workspace: workspace, passwords: passwords)
        let projects = ProjectController(workspace: workspace)
        let projectTasks = ProjectTaskController(workspace: workspace)
        let tasks = TaskController(workspace: workspace)
        let trail = AuditReader(workspace: workspace, history: history)
        let audit = AuditController(workspace: workspace, reader: trail, directory: directory)
        let sessions = SessionController(workspace: workspace)
        auth.add(to: tenants)
        sessions.add(to: tenants)
        tenant.add(to: tenants)
        users.add(to: tenants)
        projects.add(to: tenants)
        projectTasks.add(to: tenants)
        tasks.add(to: tenants)
        audit.add(to: tenants)
        EventController(workspace: workspace, feed: events, now: now).add(to: tenants)

        let desk = PageDesk(
            gate: gate,
            store: store,
            workspace: workspace,
            region: configuration.region,
            bodyLimit: configuration.limits.requestBodyBytes,
            now: now
        )
        EntrancePages(desk: desk, signIn: signIn, origin: origin).add(to: tenants)
        HomePages(desk: desk).add(to: tenants)
        ProjectPages(desk: desk, projects: projects, tasks: projectTasks).add(to: tenants)
        TaskPages(desk: desk, tasks: tasks).add(to: tenants)
        PeoplePages(desk: desk, users: users).add(to: tenants)
        AuditPages(desk: desk, reader: trail).add(to: tenants)
        SettingsPages(desk: desk, tenants: tenant, users: users, auth: auth, sessions: sessions).add(to: tenants)

        let control = router.group(context: ControlWebContext.self)
        ProvisioningController(gate: gate, store: store, now: now).add(to: control)
        let caching = CacheController(gate: gate, cache: cache)
        caching.add(to: control)
        caching.add(to: router.group(context: InspectionWebContext.self))
        return router
    }
}
