import HubModel
import HubWeb
import Logging
import MoveEngine
import Moving
import Observability
import Postgres
import Reactor

/// The shards' databases as a mover needs them: connections of their administrator, made when they are first wanted.
struct ShardDatabases: Sendable {
    /// A shard as an end of a move.
    typealias End = ShardEnd

    private let ends: [ShardID: End]
    private let reactors: ReactorGroup
    private let logger: Logger

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
        self.reactors = reactors
        self.logger = logger
    }

    /// What keeps the pools.
    var services: [BackgroundService] {
        ends.values.map { end in BackgroundService { await end.pool.run() } }
    }

    var shards: [ShardID] { ends.keys.sorted { $0.rawValue < $1.rawValue } }

    subscript(shard: ShardID) -> End? { ends[shard] }

    /// The engine of a claim between two shards.
    ///
    /// - Throws: `refused` when this process cannot log in to one of them.
    func engine(_ claim: MoveClaim, from source: ShardID, to target: ShardID) throws(MoveProblem) -> MoveEngine {
        MoveEngine(claim, from: try end(source), to: try end(target), reactors: reactors, logger: logger)
    }

    /// The engine of a move, from its source to its target whichever way a switch goes.
    ///
    /// - Throws: as ``engine(_:from:to:)``.
    func engine(_ move: MoveRecord) throws(MoveProblem) -> MoveEngine {
        let claim = MoveClaim(
            move: move.id,
            tenant: move.tenant,
            attempt: max(1, move.attempt.rawValue),
            generation: Int(move.generation.rawValue)
        )
        return try engine(claim, from: move.source, to: move.target)
    }

    // MARK: - Private

    private func end(_ shard: ShardID) throws(MoveProblem) -> End {
        guard let end = ends[shard] else {
            throw MoveProblem(
                .refused,
                "this hub-control has no administrator's password for shard \(shard): name the shard in its topology file and "
                    + "give it the secret shard-\(shard)-admin-password"
            )
        }
        return end
    }
}
