package import HubModel

/// The paths of a backend, or a router, that only control may ask, with a signature of scope ``SignatureScope/control``.
package enum InternalPath {
    package static let prefix = "/internal/"
    package static let tenants = "/internal/tenants"

    package static func tenant(_ id: TenantID) -> String { "\(tenants)/\(id)" }

    /// - Parameter erasure: the erasure's own id, so that one that is asked for again gives the same proof.
    package static func erasure(_ erasure: ErasureID, of id: TenantID) -> String { "\(tenant(id))?erasure=\(erasure)" }

    /// - Parameter tenants: of how many tenants to tell what they have in Redis.
    package static func cache(tenants: Int = 0) -> String { "\(prefix)cache?tenants=\(tenants)" }

    package static func cacheWarming(_ id: TenantID) -> String { "\(tenant(id))/cache/warm" }

    package static func cachedItems(_ id: TenantID) -> String { "\(tenant(id))/cache" }

    package static func freeze(_ id: TenantID) -> String { "\(tenant(id))/freeze" }

    /// Of a router: what it held of the tenant at epochs above `start` and up to `end`.
    package static func holds(_ id: TenantID, after start: Epoch, upTo end: Epoch) -> String {
        "\(tenant(id))/holds?after=\(start)&upto=\(end)"
    }

    package static func impersonations(_ id: TenantID) -> String { "\(tenant(id))/impersonations" }
}
