package import HubModel
import Synchronization
package import Throttling
package import Topology

/// The rates of one process: for each client of a tenant, and for each tenant as a whole.
package final class RateLimits: Sendable {
    /// Whoever sends requests: the holder of a token, or a network without one.
    package struct Client: Hashable, Sendable {
        let tenant: TenantID
        /// Of the token or the network; collisions have no consequence but a shared bucket.
        let digest: Int
    }

    package struct Verdict: Hashable, Sendable {
        /// How long to wait; nil when the request may pass.
        package let wait: Duration?
        package let remaining: Int
        /// How long until the bucket is full.
        package let refill: Duration
    }

    /// Some of the buckets, behind a lock of their own.
    private final class Stripe<Key: Hashable & Sendable>: Sendable {
        let buckets: Mutex<TokenBuckets<Key>>

        init(_ rate: TokenBucket.Rate) {
            buckets = Mutex(TokenBuckets(rate: rate))
        }
    }

    package let clientRate: TokenBucket.Rate
    package let tenantRate: TokenBucket.Rate
    private let clients: [Stripe<Client>]
    private let tenants: [Stripe<TenantID>]

    package init(client: TokenBucket.Rate, tenant: TokenBucket.Rate) {
        clientRate = client
        tenantRate = tenant
        clients = (0..<16).map { _ in Stripe(client) }
        tenants = (0..<16).map { _ in Stripe(tenant) }
    }

    package convenience init(_ limits: Limits) {
        self.init(
            client: TokenBucket.Rate(quota: limits.clientRequestsPerMinute, window: .seconds(60)),
            tenant: TokenBucket.Rate(quota: limits.tenantRequestsPerMinute, window: .seconds(60))
        )
    }

    package func take(_ client: Client, now: Timestamp) -> Verdict {
        RateLimits.take(client, from: clients, now: now)
    }

    package func take(_ tenant: TenantID, now: Timestamp) -> Verdict {
        RateLimits.take(tenant, from: tenants, now: now)
    }

    /// Puts a tenant's token back.
    package func giveBack(_ tenant: TenantID, now: Timestamp) {
        RateLimits.stripe(of: tenant, in: tenants).buckets.withLock { $0.giveBack(tenant, now: now) }
    }

    // MARK: - Private

    private static func stripe<Key>(of key: Key, in stripes: [Stripe<Key>]) -> Stripe<Key> {
        stripes[Int(truncatingIfNeeded: UInt(bitPattern: key.hashValue) % UInt(stripes.count))]
    }

    private static func take<Key>(_ key: Key, from stripes: [Stripe<Key>], now: Timestamp) -> Verdict {
        stripe(of: key, in: stripes).buckets.withLock { buckets in
            let wait = buckets.take(key, now: now)
            let bucket = buckets[key]
            return Verdict(
                wait: wait,
                remaining: bucket.remaining(at: buckets.rate, now: now),
                refill: bucket.refill(at: buckets.rate, now: now)
            )
        }
    }
}
