import AuditStore
import HubModel
import HubWeb
import Logging
import MoveEngine
import Observability
import Postgres
import Reactor

/// The regions' audit stores, with the shards that feed each.
struct AuditStores: Sendable {
    private let stores: [RegionID: AuditDatabase]
    private let regions: [ShardID: RegionID]
    private let databases: ShardDatabases

    /// - Parameters:
    ///   - configurations: of the stores that this process has the administrator's password of.
    ///   - regions: each shard's.
    init(
        _ configurations: [RegionID: PostgresConfiguration],
        regions: [ShardID: RegionID],
        databases: ShardDatabases,
        reactors: ReactorGroup,
        logger: Logger
    ) {
        var limits = PostgresPoolLimits.serving(maximum: 24)
        limits.minimum = 0
        limits.acquireTimeout = .seconds(5)
        var stores: [RegionID: AuditDatabase] = [:]
        for (region, configuration) in configurations {
            let pool = PostgresPool(configuration: configuration, limits: limits, reactors: reactors, logger: logger)
            stores[region] = AuditDatabase(region: region, pool: pool)
        }
        (self.stores, self.regions, self.databases) = (stores, regions, databases)
    }

    /// What keeps the pools.
    var services: [BackgroundService] {
        stores.values.map { store in BackgroundService { await store.pool.run() } }
    }

    var all: [AuditDatabase] { stores.values.sorted { $0.region.rawValue < $1.region.rawValue } }

    subscript(region: RegionID) -> AuditDatabase? { stores[region] }

    func region(of shard: ShardID) -> RegionID? { regions[shard] }

    /// The store that a shard's trail goes to.
    func store(of shard: ShardID) -> AuditDatabase? { regions[shard].flatMap { stores[$0] } }

    /// The store that keeps the heads of a store's chains: the next region's, in the order of their names.
    func witness(of region: RegionID) -> AuditDatabase? {
        let others = all.filter { $0.region != region }
        return others.first { $0.region.rawValue > region.rawValue } ?? others.first
    }

    /// The streams into a store.
    func feeds(of store: AuditDatabase) -> [AuditFeed] {
        sources(of: store).map { AuditFeed(shard: $0.shard, source: $0.pool, peer: $0.peer, store: store) }
    }

    func retentions(of store: AuditDatabase) -> [AuditRetention] {
        sources(of: store).map { AuditRetention(shard: $0.shard, source: $0.pool, store: store) }
    }

    // MARK: - Private

    private func sources(of store: AuditDatabase) -> [ShardEnd] {
        databases.shards.filter { regions[$0] == store.region }.compactMap { databases[$0] }
    }
}
