import Directory
import Glibc
import HubModel
import MoveEngine
import Postgres
import Reactor
import Topology

/// What every step of a restore in place works with.
struct RewindAccess: Sendable {
    let topology: Topology
    let secrets: Secrets
    let reactors: ReactorGroup

    /// Lends sessions of the administrators at the directory and at a tenant's shard.
    func with<Answer: Sendable>(
        _ tenant: DirectoryTenant,
        _ body: (DirectoryStore, MoveSide) async throws -> Answer
    ) async throws -> Answer {
        guard let shard = topology.shard(tenant.shard) else {
            throw OperatorError(unknownShard: tenant.shard.description, in: topology)
        }
        let (directory, target) = (DatabaseTarget.directory(of: topology), DatabaseTarget.shard(shard, of: topology))
        let settings = ["search_path": RewindStage.searchPath(of: tenant.id)]
        return try await access(directory).withCurrentSchema { directory in
            try await access(target).withPool(settings: settings) { pool in
                let side = MoveSide(shard: shard.id, pool: pool, peer: pool.configuration)
                return try await body(DirectoryStore(pool: directory), side)
            }
        }
    }

    func engine(
        _ restore: MoveID,
        attempt: Int64 = 1,
        of tenant: TenantID,
        from source: MoveSide,
        to target: MoveSide
    ) -> MoveEngine {
        MoveEngine(
            MoveClaim(move: restore, tenant: tenant, attempt: attempt, generation: 1),
            from: source,
            to: target,
            reactors: reactors,
            logger: DatabaseAccess.silence
        )
    }

    /// Who runs this command, for the trails.
    static var `operator`: String {
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
    }

    // MARK: - Private

    private func access(_ target: DatabaseTarget) -> DatabaseAccess {
        DatabaseAccess(target: target, secrets: secrets, reactors: reactors)
    }
}
