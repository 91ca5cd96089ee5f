import Directory
import HubModel
import Postgres
import ShardStore
import Topology

/// Makes a replica of a shard its primary, so that no two are written to and nothing that was acknowledged is lost that can be
/// kept.
///
/// A primary that still answers is fenced first, and the replica gets all it has. From one that does not, replicas are cut
/// off before any is promoted: with synchronous replication, what it might still commit is confirmed by nobody and so
/// acknowledged to nobody. Then the directory is told that servers of the old timeline are replaced, and only then is the
/// replica with the most promoted.
struct ShardFailover: Sendable {
    struct Server: Sendable {
        let server: ShardServer
        let state: ShardServerState?
        /// Why there is no state.
        let problem: String?

        var name: String { "\(server.host)" }
        var isReplica: Bool { if case .replica = state?.role { true } else { false } }
        var isPrimary: Bool { if case .primary = state?.role { true } else { false } }
    }

    /// How long backends take to learn what the directory says: twice their interval.
    static let notice = Duration.seconds(2)

    let shard: ShardID
    let servers: [Server]
    /// The one that takes writes, if it answers.
    let primary: Server?
    let chosen: Server

    /// Looks at the shard's servers and chooses.
    ///
    /// - Parameters:
    ///   - wanted: who is to be the primary; nil for the replica that has the most.
    ///   - isForced: whether what a server that does not answer may have is given up.
    init(_ shard: ShardID, _ servers: [ShardServer], to wanted: PostgresHost?, isForced: Bool) async throws {
        self.shard = shard
        self.servers = await withTaskGroup(of: (Int, Server).self) { group in
            for (index, server) in servers.enumerated() {
                group.addTask { (index, await ShardFailover.look(at: server)) }
            }
            return await group.reduce(into: [(Int, Server)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        guard servers.count > 1 else {
            throw OperatorError(
                .refused,
                "shard \(shard) has one server; name its replicas in shards.\(shard).endpoints"
            )
        }
        let newest = self.servers.compactMap(\.state?.place.timeline).max() ?? 0
        primary = self.servers.first {
            $0.state?.role == .primary(isFenced: false) && $0.state?.place.timeline == newest
        }
        let replicas = self.servers.filter { $0.isReplica && $0.state?.place.timeline == newest }
        let most = replicas.max { ($0.state?.place.log.rawValue ?? 0) < ($1.state?.place.log.rawValue ?? 0) }
        guard let most else {
            let states = self.servers.map { "\($0.name) \($0.problem ?? "is no replica")" }.joined(separator: "; ")
            throw OperatorError(.unreachable, "no replica of shard \(shard) can be promoted: \(states)")
        }
        if let wanted {
            guard let named = replicas.first(where: { $0.server.host == wanted }) else {
                throw OperatorError(.refused, "\(wanted) is no replica of shard \(shard) that answers")
            }
            guard primary != nil || isForced || named.state?.place.log == most.state?.place.log else {
                throw OperatorError(
                    .refused,
                    "\(most.name) has more than \(wanted); promote that, or give up the difference with --force"
                )
            }
            chosen = named
        } else {
            chosen = most
        }
        let silent = self.servers.filter { $0.state == nil }
        // One of those that do not answer may be the primary. Any more may be replicas that have what others lack.
        if primary == nil, silent.count > 1, !isForced {
            throw OperatorError(
                .refused,
                "\(silent.map(\.name).joined(separator: " and ")) do not answer, and a replica among them may have "
                    + "acknowledged writes that \(chosen.name) lacks; start it, or give them up with --force"
            )
        }
    }

    /// Replicas that go on as such.
    var followers: [Server] { servers.filter { $0.isReplica && $0.server.host != chosen.server.host } }

    /// Carries it out.
    ///
    /// - Parameters:
    ///   - directory: nil when it is to be done without.
    ///   - report: told each step before it begins.
    func run(_ directory: DirectoryStore?, _ report: (String) -> Void) async throws -> FailoverOutcome {
        let old = chosen.state?.place.timeline ?? 0
        // All that may fail without harm comes first.
        let conninfo = try await chosen.server.conninfo()
        if let primary {
            report("fencing \(primary.name): it takes no more writes")
            do {
                try await primary.server.fence()
                try await catchUp(primary)
            } catch {
                try? await primary.server.unfence()
                throw error
            }
        }
        do {
            for server in followers + [chosen] {
                report("cutting \(server.name) off from the old primary")
                try await server.server.detach()
            }
            if let directory {
                report("telling the directory that timeline \(old) of \(shard) is replaced")
                try await directory.replace(shard, olderThan: old + 1)
            }
        } catch {
            // Nothing is promoted: all goes on as it was.
            for server in followers + [chosen] {
                if let primary = primary?.server.host { try? await server.server.follow(primary, conninfo) }
            }
            try? await primary?.server.unfence()
            throw error
        }
        // The point of no return: backends write to no server of the old timeline any more, and there is no other yet.
        // A primary that is out of reach only from here must have lost the last of them before there is.
        if primary == nil, directory != nil { try await Task.sleep(for: ShardFailover.notice) }
        report("promoting \(chosen.name)")
        let begun = ContinuousClock.now
        try await chosen.server.promote(within: .seconds(60))
        let took = ContinuousClock.now - begun
        var following: [String] = []
        for server in followers {
            report("letting \(server.name) follow \(chosen.name)")
            if (try? await server.server.follow(chosen.server.host, conninfo)) != nil { following.append(server.name) }
        }
        let wasSynchronous = chosen.state?.isSynchronous ?? false
        // Nobody is left who could confirm a commit, and each would wait for ever.
        if wasSynchronous, following.isEmpty { try await chosen.server.endSynchronousReplication() }
        return FailoverOutcome(
            shard: shard,
            primary: chosen.name,
            timeline: try await chosen.server.state().place.timeline,
            replicas: following,
            replaced: servers.filter { !$0.isReplica }.map(\.name),
            wasPlanned: primary != nil,
            lostSynchronous: wasSynchronous && following.isEmpty,
            promotion: took
        )
    }

    // MARK: - Private

    private static func look(at server: ShardServer) async -> Server {
        do {
            return try await withDeadline(.seconds(3)) {
                Server(server: server, state: try await server.state(), problem: nil)
            }
        } catch {
            return Server(server: server, state: nil, problem: "does not answer: \(error)")
        }
    }

    /// Waits until the chosen one has all that the fenced primary has.
    private func catchUp(_ primary: Server) async throws {
        let goal = try await primary.server.state().place
        let deadline = ContinuousClock.now + .seconds(10)
        while try await !chosen.server.state().place.covers(goal) {
            guard ContinuousClock.now < deadline else {
                throw OperatorError(
                    .refused,
                    "\(chosen.name) has not received all that \(primary.name) has within 10 s; nothing was changed"
                )
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
