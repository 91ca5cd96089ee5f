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
        cache: TenantCache,
        directory: DirectoryStore,
        events: EventFeed,
        pruning: EventPruning,
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
        AuthController(
            workspace: workspace,
            signIn: signIn,
            passwords: passwords,
            throttle: throttle,
            region: configuration.region.id,
            now: now
        ).add(to: tenants)
        TenantController(workspace: workspace, region: configuration.region.id, directory: directory).add(to: tenants)
        UserController(workspace: workspace, passwords: passwords).add(to: tenants)
        ProjectController(workspace: workspace).add(to: tenants)
        ProjectTaskController(workspace: workspace).add(to: tenants)
        TaskController(workspace: workspace).add(to: tenants)
        AuditController(workspace: workspace).add(to: tenants)
        EventController(workspace: workspace, feed: events, now: now).add(to: tenants)
        PageController(
            gate: gate,
            store: store,
            workspace: workspace,
            signIn: signIn,
            region: configuration.region,
            origin: origin,
            bodyLimit: configuration.limits.requestBodyBytes,
            now: now
        ).add(to: tenants)
        let control = router.group(context: ControlWebContext.self)
        ProvisioningController(gate: gate, store: store, now: now).add(to: control)
        let caching = CacheController(gate: gate, cache: cache)
        caching.add(to: control)
        caching.add(to: router.group(context: InspectionWebContext.self))
        return router
    }
}
