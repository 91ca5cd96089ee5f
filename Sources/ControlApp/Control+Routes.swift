import Credentials
import Directory
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Observability
import OpenAPI
import Topology
import WebPages

extension Control {
    /// The routes of a control process and the middleware around them.
    static func routes(
        _ configuration: ControlConfiguration,
        gate: SchemaGate,
        directory: DirectoryStore,
        signUp: SignUp,
        administration: TenantAdministration,
        probe: ShardProbe,
        cache: CacheAdministration,
        moves: MoveAdministration,
        reports: ReportAdministration,
        hasher: PasswordHasher,
        throttle: LoginThrottle,
        registry: PrometheusRegistry,
        readiness: @escaping ReadinessCheck,
        now: @escaping WallClock
    ) throws -> Router<WebContext> {
        let isSecure = configuration.publicURL.isSecure
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            ArrivalMiddleware(
                reader: ArrivalReader(verifier: SignatureVerifier(key: configuration.routerSigningKey)),
                bodyLimit: configuration.limits.requestBodyBytes,
                place: [:],
                now: now
            )
            RequestRecordMiddleware(meters: RequestMeters(factory: registry))
            SecurityFieldsMiddleware(isSecure: isSecure)
            CompressionMiddleware()
            ProblemMiddleware { ProblemPage(problem: $0, requestID: $1).markup }
            BodyLimitMiddleware()
        }
        HealthRoutes(process: configuration.name.rawValue, readiness: readiness).add(to: router)
        AssetRoutes(.built).add(to: router)
        DescriptionRoutes(path: APIDocument.path, json: try ApexAPI.document.json()).add(to: router)

        let origin = OriginCheck(isSecure: isSecure)
        let operators = Operators(
            directory: directory,
            configuration: configuration,
            passwords: PasswordCheck(hasher: hasher),
            throttle: throttle,
            origin: origin,
            now: now
        )
        let idempotency = Idempotency(directory: directory, secret: configuration.routerSigningKey)
        SignUpController(
            gate: gate,
            directory: directory,
            signUp: signUp,
            throttle: NetworkThrottle(
                rate: configuration.signUpAllowance,
                refusal: "Too many workspaces have been made from your address. Try again later.",
                now: now
            ),
            idempotency: idempotency,
            origin: origin,
            baseDomain: configuration.baseDomain,
            bodyLimit: configuration.limits.requestBodyBytes
        ).add(to: router)
        SubdomainController(
            gate: gate,
            directory: directory,
            throttle: NetworkThrottle(
                rate: configuration.nameCheckAllowance,
                refusal: "Too many names were asked for from your address. Try again in a moment.",
                now: now
            ),
            configuration: configuration
        ).add(to: router)
        AuthController(gate: gate, operators: operators, now: now).add(to: router)
        let tenants = TenantController(
            gate: gate,
            directory: directory,
            operators: operators,
            signUp: signUp,
            administration: administration,
            idempotency: idempotency,
            configuration: configuration
        )
        let shards = ShardController(gate: gate, directory: directory, operators: operators, probe: probe)
        let moves = MoveController(gate: gate, directory: directory, operators: operators, moves: moves)
        let cache = CacheController(gate: gate, directory: directory, operators: operators, cache: cache)
        let trail = AuditController(gate: gate, directory: directory, operators: operators)
        let reports = ReportController(gate: gate, operators: operators, reports: reports)
        tenants.add(to: router)
        trail.add(to: router)
        shards.add(to: router)
        cache.add(to: router)
        moves.add(to: router)
        reports.add(to: router)
        ConsoleSession(gate: gate, operators: operators, origin: origin, now: now).add(to: router)
        ConsoleController(
            gate: gate,
            directory: directory,
            operators: operators,
            tenants: tenants,
            shards: shards,
            moves: moves,
            cache: cache,
            reports: reports,
            trail: trail
        ).add(to: router)
        return router
    }
}
