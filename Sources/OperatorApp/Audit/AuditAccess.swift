import AuditStore
import Directory
import HubModel
import Postgres
import Reactor
import Topology

/// Lends the regions' audit stores, and what is compared with them.
struct AuditAccess: Sendable {
    let topology: Topology
    let secrets: Secrets
    let reactors: ReactorGroup

    static func with<Answer: Sendable>(
        _ context: CommandContext,
        _ body: (AuditAccess) async throws -> Answer
    ) async throws -> Answer {
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        return try await body(
            AuditAccess(topology: try context.topology(), secrets: context.secrets, reactors: reactors)
        )
    }

    /// The regions that have a store.
    ///
    /// - Throws: ``OperatorError`` when none has one.
    func regions() throws -> [RegionDescription] {
        let regions = topology.regions.filter { $0.audit != nil }
        guard !regions.isEmpty else {
            throw OperatorError(
                .usage,
                "\(topology.file) names no audit store: add regions.<name>.audit (hubctl topology --help tells its keys)"
            )
        }
        return regions
    }

    /// The region of that name, which has a store.
    func region(named name: String) throws -> RegionDescription {
        let regions = try regions()
        guard let region = regions.first(where: { $0.id.rawValue == name }) else {
            let names = regions.map(\.id.rawValue).joined(separator: ", ")
            throw OperatorError(
                .notFound,
                "region “\(name)” has no audit store in \(topology.file); there are: \(names)"
            )
        }
        return region
    }

    func withStore<Answer: Sendable>(
        of region: RegionDescription,
        _ body: (AuditDatabase) async throws -> Answer
    ) async throws -> Answer {
        guard let target = DatabaseTarget.audit(region, of: topology) else {
            throw OperatorError(.usage, "region \(region.id) has no audit store in \(topology.file)")
        }
        let access = DatabaseAccess(target: target, secrets: secrets, reactors: reactors)
        do {
            return try await access.withCurrentSchema { pool in
                try await body(AuditDatabase(region: region.id, pool: pool))
            }
        } catch let error as AuditStoreError {
            throw OperatorError(error)
        }
    }

    func withDirectory<Answer: Sendable>(_ body: (DirectoryStore) async throws -> Answer) async throws -> Answer {
        let access = DatabaseAccess(target: .directory(of: topology), secrets: secrets, reactors: reactors)
        return try await access.withCurrentSchema { try await body(DirectoryStore(pool: $0)) }
    }

    func withShard<Answer: Sendable>(
        _ shard: ShardDescription,
        _ body: (PostgresPool) async throws -> Answer
    ) async throws -> Answer {
        let access = DatabaseAccess(target: .shard(shard, of: topology), secrets: secrets, reactors: reactors)
        return try await access.withCurrentSchema(body)
    }
}

extension OperatorError {
    init(_ error: AuditStoreError) {
        let status: ExitStatus =
            switch error.code {
            case .notFound: .notFound
            case .refused: .refused
            case .unavailable: .unreachable
            case .tampered, .failed: .failed
            }
        self.init(status, error.message, underlying: error)
    }
}
