import Directory
import HubModel
import HubWire

extension CacheAdministration {
    /// The shards' caches as their backends see them; all backends are asked at once.
    ///
    /// - Parameter tenants: how many of those with the most bytes are told of for each shard. Finding them costs Redis
    ///   something, so one backend of each shard looks for them.
    /// - Throws: `DirectoryError`. A backend that does not answer is told of and makes nothing fail.
    func views(of shards: [ShardRecord], tenants: Int, requestID: String) async throws -> [ShardCacheView] {
        let statuses = await withTaskGroup(of: (ProcessName, BackendCacheStatus).self) { group in
            for backend in shards.flatMap(\.backends) {
                group.addTask { (backend.name, await status(of: backend, tenants: 0, requestID)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let shares = await withTaskGroup(of: (ShardID, [InternalCacheShare]).self) { group in
            for shard in shards {
                guard tenants > 0, let backend = shard.backends.first(where: { statuses[$0.name]?.server != nil })
                else {
                    continue
                }
                group.addTask { (shard.id, await status(of: backend, tenants: tenants, requestID).tenants) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let known = try await directory.tenants(Array(Set(shares.values.joined().map(\.tenantId))))
        let names = Dictionary(known.map { ($0.id, $0.subdomain) }) { first, _ in first }
        return shards.map { shard in
            ShardCacheView(
                of: shard.id,
                in: shard.region,
                statuses: shard.backends.compactMap { backend in statuses[backend.name].map { (backend.name, $0) } },
                shares: shares[shard.id] ?? [],
                names: names
            )
        }
    }

    // MARK: - Private

    private func status(of backend: BackendRecord, tenants: Int, _ requestID: String) async -> BackendCacheStatus {
        do {
            return .known(
                try await shards.cacheStatus(
                    of: backend,
                    tenants: tenants,
                    until: now() + timing.requestValidity,
                    requestID: requestID
                )
            )
        } catch {
            return .unknown(error.message)
        }
    }
}

/// What a backend says of its shard's cache, or why it says nothing.
enum BackendCacheStatus: Sendable {
    case known(InternalCacheStatus)
    case unknown(String)

    var server: CacheServerView? {
        if case .known(let status) = self { status.server } else { nil }
    }

    var tenants: [InternalCacheShare] {
        if case .known(let status) = self { status.tenants } else { [] }
    }
}

extension ShardCacheView {
    /// - Parameters:
    ///   - shares: what tenants have in the region's Redis.
    ///   - names: the subdomains of the tenants that there are.
    init(
        of shard: ShardID,
        in region: RegionID,
        statuses: [(backend: ProcessName, status: BackendCacheStatus)],
        shares: [InternalCacheShare],
        names: [TenantID: Subdomain]
    ) {
        let backends = statuses.map { backend, status in
            switch status {
            case .known(let status): BackendCacheView(name: backend, gate: status.gate, counts: status.counts)
            case .unknown(let reason): BackendCacheView(name: backend, error: reason)
            }
        }
        self.init(
            shard: shard,
            region: region,
            hitRate: backends.compactMap(\.counts).hitRate,
            backends: backends,
            server: statuses.lazy.compactMap(\.status.server).first,
            tenants: shares.map { share in
                TenantCacheView(
                    tenantId: share.tenantId,
                    subdomain: names[share.tenantId],
                    keys: share.keys,
                    bytes: share.bytes
                )
            }
        )
    }
}
