import ArgumentParser
import Directory
import HubModel
import Postgres
import Reactor
import ShardStore
import Topology

/// `hubctl shards failover`: makes a replica of a shard its primary.
struct ShardsFailoverCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover",
        abstract: "Promote a replica of a shard, whether its primary is dead or alive.",
        discussion: """
            A primary that answers is fenced and the replica gets all it has, so that nothing is lost. One that does not is \
            replaced by the replica that has the most; with synchronous replication that is all that was acknowledged. \
            Backends find the new primary by themselves, and write to no server that was replaced, should it come back. Moves \
            from or to the shard that are under way copy again.

            It talks to the shard's servers and the directory itself, and needs no hub-control.

            EXAMPLES
              hubctl shards failover us-1
              hubctl shards failover us-1 --to us-1-b.db.internal:5432 --yes
            """
    )

    @Argument(help: "The shard.")
    var shard: String

    @Option(help: ArgumentHelp("The replica to promote, as in shards.<name>.endpoints.", valueName: "host:port"))
    var to: String?

    @Flag(help: "Give up writes that only servers have which do not answer.")
    var force = false

    @Flag(
        help: """
            Go on though the directory does not answer. Backends that start before it is told, by doing this again, may \
            take an old primary that comes back for the shard's.
            """
    )
    var withoutDirectory = false

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let topology = try context.topology()
        let secrets = context.secrets
        guard let description = topology.shards.first(where: { $0.id.rawValue == shard }) else {
            throw OperatorError(.notFound, "there is no shard \(shard) in \(topology.file)")
        }
        let wanted = try to.map { text in
            guard let endpoint = description.endpoints.first(where: { "\($0)" == text }) else {
                throw OperatorError(.notFound, "\(text) is none of shards.\(shard).endpoints")
            }
            return PostgresHost(endpoint.host, endpoint.port)
        }
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let target = DatabaseTarget.shard(description, of: topology)
        let access = DatabaseAccess(target: target, secrets: secrets, reactors: reactors)
        let directory = DatabaseAccess(target: .directory(of: topology), secrets: secrets, reactors: reactors)
        try await withServers(description.endpoints[...], access) { servers in
            let failover = try await ShardFailover(description.id, servers, to: wanted, isForced: force)
            try context.confirm(question(failover))
            let report = { (step: String) in
                if context.options.format == .text { context.console.diagnostics.write("\(step) …\n") }
            }
            let outcome = try await context.interruption.deferring {
                if withoutDirectory { return try await failover.run(nil, report) }
                return try await directory.withPool { pool in try await failover.run(DirectoryStore(pool: pool), report)
                }
            }
            try context.show(outcome)
        }
    }

    // MARK: - Private

    private func question(_ failover: ShardFailover) -> String {
        if let primary = failover.primary {
            return
                "Make \(failover.chosen.name) the primary of \(failover.shard) instead of \(primary.name), which answers?"
        }
        return "Make \(failover.chosen.name) the primary of \(failover.shard), whose primary does not answer?"
    }

    /// Lends a pool to each server by itself.
    private func withServers(
        _ endpoints: ArraySlice<Endpoint>,
        _ access: DatabaseAccess,
        _ body: @Sendable ([ShardServer]) async throws -> Void
    ) async throws {
        guard let first = endpoints.first else { return try await body([]) }
        try await access.withPool(endpoint: first) { pool in
            let server = ShardServer(host: PostgresHost(first.host, first.port), pool: pool)
            try await withServers(endpoints.dropFirst(), access) { try await body([server] + $0) }
        }
    }
}
