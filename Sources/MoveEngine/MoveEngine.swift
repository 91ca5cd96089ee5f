import HubColumns
import HubModel
package import Logging
import Postgres
package import Reactor

/// The verbs by which a tenant's rows are moved from one shard's database to another's, by PostgreSQL's logical replication.
///
/// Each verb does one step, can be done again, and changes a shard only while the claim holds there: that is checked in
/// the transaction of the change, or right before what cannot be in one. Which step is next is not decided here.
///
/// The way back is the same with the ends exchanged: ``reversed``.
package struct MoveEngine: Sendable {
    package let claim: MoveClaim
    /// Where the rows come from.
    package let source: MoveSide
    /// Where they go.
    package let target: MoveSide
    /// Which of the move's two streams leads from the source to the target.
    package let direction: StreamName.Direction

    let reactors: ReactorGroup
    let logger: Logger

    package init(
        _ claim: MoveClaim,
        from source: MoveSide,
        to target: MoveSide,
        reactors: ReactorGroup,
        logger: Logger
    ) {
        self.init(claim, from: source, to: target, direction: .forward, reactors: reactors, logger: logger)
    }

    private init(
        _ claim: MoveClaim,
        from source: MoveSide,
        to target: MoveSide,
        direction: StreamName.Direction,
        reactors: ReactorGroup,
        logger: Logger
    ) {
        self.claim = claim
        self.source = source
        self.target = target
        self.direction = direction
        self.reactors = reactors
        self.logger = logger
    }

    /// The same move seen from the other end: its source is the target, and its stream the one that runs back.
    package var reversed: MoveEngine {
        MoveEngine(
            claim,
            from: target,
            to: source,
            direction: direction.opposite,
            reactors: reactors,
            logger: logger
        )
    }

    /// The stream from the source to the target.
    package var stream: StreamName {
        StreamName(move: claim.move, generation: claim.generation, direction: direction)
    }

    // MARK: Statements

    /// Runs queries in one transaction and one round trip, which fails unless the claim holds on the shard.
    func change(
        _ side: MoveSide,
        _ doing: String,
        lockTimeout: Duration = .seconds(5),
        _ queries: [PostgresQuery]
    ) async throws(MoveError) -> [PostgresRows] {
        try await telling(side, doing) {
            try await side.pool.transact(
                TransactionOptions(isolation: .readCommitted),
                prologue: [.lockTimeout(lockTimeout), requirement],
                queries
            )
        }
    }

    /// Fails unless the claim holds on the shard now.
    func require(_ side: MoveSide, _ doing: String) async throws(MoveError) {
        _ = try await change(side, doing, [])
    }

    /// Reads from a shard.
    func read(_ side: MoveSide, _ doing: String, _ query: PostgresQuery) async throws(MoveError) -> PostgresRows {
        try await telling(side, doing) { try await side.pool.query(query) }
    }

    /// A statement that fails unless the claim holds, and keeps others from taking the move over until the transaction ends.
    var requirement: PostgresQuery {
        "SELECT hub_require_move(\(claim.tenant), \(claim.move), \(claim.attempt))"
    }

    /// A statement that fails unless the tenant is in one of these states on the shard.
    static func requireState(of tenant: TenantID, _ states: OwnershipState...) -> PostgresQuery {
        "SELECT hub_require_state(\(tenant), VARIADIC \(states.map(\.rawValue)))"
    }

    /// Runs `body`, with the driver's errors told as errors of this shard.
    func telling<Answer>(
        _ side: MoveSide,
        _ doing: String,
        _ body: () async throws -> Answer
    ) async throws(MoveError) -> Answer {
        try await side.telling(doing, body)
    }
}

extension Duration {
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
