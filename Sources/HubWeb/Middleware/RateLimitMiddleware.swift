import HTTPTypes
import HubModel
package import Hummingbird
package import Metrics
import Throttling

/// Refuses requests above the rate of their client or their tenant, and tells each answer how much of both is left.
///
/// The fields are those of draft-ietf-httpapi-ratelimit-headers-11: `RateLimit-Policy` names the quota `q` of each policy
/// and its window `w` in seconds, `RateLimit` the requests `r` that are left and the seconds `t` until all are there again.
package struct RateLimitMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    private let limits: RateLimits
    private let policy: String
    private let problems: ProblemMiddleware
    private let clientsThrottled: Counter
    private let tenantsThrottled: Counter
    private let now: WallClock

    /// - Parameter problems: draws the refusals.
    package init(
        _ limits: RateLimits,
        problems: ProblemMiddleware,
        factory: any MetricsFactory,
        now: @escaping WallClock
    ) {
        self.limits = limits
        self.problems = problems
        self.now = now
        let rates = [("client", limits.clientRate), ("tenant", limits.tenantRate)]
        policy = rates.map { "\"\($0)\";q=\($1.quota);w=\($1.window.components.seconds)" }.joined(separator: ", ")
        func counter(_ policy: String) -> Counter {
            Counter(label: "hub_requests_throttled_total", dimensions: [("policy", policy)], factory: factory)
        }
        clientsThrottled = counter("client")
        tenantsThrottled = counter("tenant")
    }

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard case .tenant(let routed) = context.arrival.passage else { return try await next(request, context) }
        let moment = now()
        let client = limits.take(client(of: request, routed.tenant, context), now: moment)
        var response: Response
        var fields = field("client", client)
        if let wait = client.wait {
            clientsThrottled.increment()
            response = try refuse("You send more requests than one client may.", wait, request, context)
        } else {
            let tenant = limits.take(routed.tenant, now: moment)
            fields += ", " + field("tenant", tenant)
            if let wait = tenant.wait {
                tenantsThrottled.increment()
                response = try refuse("This workspace sends more requests than it may.", wait, request, context)
            } else {
                response = try await next(request, context)
                // Strangers with made-up tokens must not use up what the tenant's own people have.
                if response.status == .unauthorized { limits.giveBack(routed.tenant, now: moment) }
            }
        }
        response.headers[.rateLimitPolicy] = policy
        response.headers[.rateLimit] = fields
        return response
    }

    // MARK: - Private

    /// Whether the token is good is found out later; a made-up one gets a bucket of its own and then a 401.
    private func client(of request: Request, _ tenant: TenantID, _ context: WebContext) -> RateLimits.Client {
        let name = Credential(of: request)?.token ?? ClientNetwork(context.arrival.clientAddress).description
        return RateLimits.Client(tenant: tenant, digest: name.hashValue)
    }

    private func field(_ policy: String, _ verdict: RateLimits.Verdict) -> String {
        "\"\(policy)\";r=\(verdict.remaining);t=\(seconds(verdict.refill))"
    }

    private func refuse(
        _ detail: String,
        _ wait: Duration,
        _ request: Request,
        _ context: WebContext
    ) throws -> Response {
        let failure = WebFailure.tooManyRequests("\(detail) Try again later.", retryAfter: seconds(wait))
        return try problems.answer(failure, to: request, context: context)
    }

    private func seconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
