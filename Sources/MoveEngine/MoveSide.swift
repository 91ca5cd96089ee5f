package import HubModel
package import Postgres

/// A shard as an end of a move.
package struct MoveSide: Sendable {
    package let shard: ShardID
    /// Connections of the administrator, who must be superuser: before PostgreSQL 16 nobody else may subscribe.
    package let pool: PostgresPool
    /// How the other shard's server connects here: an administrator's role, or one with REPLICATION, BYPASSRLS and SELECT.
    package let peer: PostgresConfiguration

    /// - Parameter peer: its host, port, database, user and password are used, as the other server sees them.
    package init(shard: ShardID, pool: PostgresPool, peer: PostgresConfiguration) {
        self.shard = shard
        self.pool = pool
        self.peer = peer
    }
}

extension MoveSide {
    /// Runs `body`, with the driver's errors told as errors of this shard.
    func telling<Answer>(_ doing: String, _ body: () async throws -> Answer) async throws(MoveError) -> Answer {
        do {
            return try await body()
        } catch let error as MoveError {
            throw error
        } catch let error as PostgresError {
            throw MoveError(error, at: shard, doing: doing)
        } catch is CancellationError {
            throw MoveError(.cancelled, "\(doing) at \(shard): the mover was cancelled", at: shard)
        } catch {
            throw MoveError(.failed, "\(doing) at \(shard): \(error)", at: shard)
        }
    }
}
