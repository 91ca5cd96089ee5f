import HubModel
import HubWeb
import Logging
import MoveEngine
import Observability
import Postgres
import Reactor

/// The shards' databases as a mover needs them: connections of their administrator, made when they are first wanted.
struct ShardDatabases: Sendable {
    /// A shard as an end of a move.
    typealias End = MoveSide

    private let ends: [ShardID: End]

    /// - Parameter configurations: of the shards that this process has the administrator's password of.
    init(_ configurations: [ShardID: PostgresConfiguration], reactors: ReactorGroup, logger: Logger) {
        var limits = PostgresPoolLimits.serving(maximum: 16)
        limits.minimum = 0
        limits.acquireTimeout = .seconds(5)
        var ends: [ShardID: End] = [:]
        for (shard, configuration) in configurations {
            let pool = PostgresPool(configuration: configuration, limits: limits, reactors: reactors, logger: logger)
            ends[shard] = End(shard: shard, pool: pool, peer: configuration)
        }
        self.ends = ends
    }

    /// What keeps the pools.
    var services: [BackgroundService] {
        ends.values.map { end in BackgroundService { await end.pool.run() } }
    }

    var shards: [ShardID] { ends.keys.sorted { $0.rawValue < $1.rawValue } }

    subscript(shard: ShardID) -> End? { ends[shard] }
}
