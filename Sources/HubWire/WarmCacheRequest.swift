package import HubModel

/// The body of `POST /api/cache/warm`: whose data is to be in the cache, and how carefully it is brought there.
package struct WarmCacheRequest: Codable, Hashable, Sendable {
    /// Whose: exactly one of the members `tenant`, `shard` and `all`.
    package enum Selection: Hashable, Sendable {
        /// The tenant with this subdomain or id.
        case tenant(String)
        case shard(ShardID)
        case all
    }

    package let selection: Selection
    /// The most tenants of one shard that are read at the same moment.
    package let concurrency: Int
    /// Whether only to tell what would be done.
    package let dryRun: Bool
    /// The `next` of the answer that this one goes on from.
    package let after: TenantID?
    /// The most tenants of this call.
    package let limit: Int

    package static let allowedConcurrency = 1...32
    package static let defaultConcurrency = 4
    package static let allowedLimits = 1...1000
    package static let defaultLimit = 200

    package init(
        _ selection: Selection,
        concurrency: Int = defaultConcurrency,
        dryRun: Bool = false,
        after: TenantID? = nil,
        limit: Int = defaultLimit
    ) {
        self.selection = selection
        self.concurrency = concurrency
        self.dryRun = dryRun
        self.after = after
        self.limit = limit
    }

    package init(from decoder: any Decoder) throws {
        var fields = try FieldReader(decoder)
        let tenant = fields.optional("tenant", .line(1...100))
        let shard: ShardID? = fields.optional("shard", .form("the id of a shard"))
        let all = fields.optional("all", .flag) ?? false
        let concurrency = fields.optional("concurrency", .whole(WarmCacheRequest.allowedConcurrency))
        let dryRun = fields.optional("dryRun", .flag)
        let after: TenantID? = fields.optional("after", .form("the 'next' of an earlier answer"))
        let limit = fields.optional("limit", .whole(WarmCacheRequest.allowedLimits))
        guard fields.isValid else { throw fields.failure }
        self.init(
            try WarmCacheRequest.selection(tenant, shard, all),
            concurrency: concurrency ?? WarmCacheRequest.defaultConcurrency,
            dryRun: dryRun ?? false,
            after: after,
            limit: limit ?? WarmCacheRequest.defaultLimit
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch selection {
        case .tenant(let tenant): try container.encode(tenant, forKey: .tenant)
        case .shard(let shard): try container.encode(shard, forKey: .shard)
        case .all: try container.encode(true, forKey: .all)
        }
        try container.encode(concurrency, forKey: .concurrency)
        try container.encode(dryRun, forKey: .dryRun)
        try container.encodeIfPresent(after, forKey: .after)
        try container.encode(limit, forKey: .limit)
    }

    // MARK: - Private

    private enum CodingKeys: String, CodingKey {
        case tenant
        case shard
        case all
        case concurrency
        case dryRun
        case after
        case limit
    }

    private static func selection(
        _ tenant: String?,
        _ shard: ShardID?,
        _ all: Bool
    ) throws(InvalidRequest) -> Selection {
        switch (tenant, shard, all) {
        case (let tenant?, nil, false): return .tenant(tenant)
        case (nil, let shard?, false): return .shard(shard)
        case (nil, nil, true): return .all
        default:
            throw InvalidRequest(errors: [
                FieldError(field: "tenant", message: "or 'shard' or 'all' must be given, and only one of them")
            ])
        }
    }
}
