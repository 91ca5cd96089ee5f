import HubModel
import Topology

/// The processes that serve with a database, as far as they did when they were asked.
struct DatabaseUsers: Sendable {
    private let processes: [TopologyProcess]

    /// Asks all of them.
    static func working(of target: BackupTarget, _ topology: Topology) async -> DatabaseUsers {
        let users = topology.processes.filter { process in
            switch (target.database.kind, process.role) {
            case (.shard(let id), .process(let shard)): shard == id
            case (.directory, .process): true
            default: false
            }
        }
        return DatabaseUsers(processes: await states(of: users).filter { $0.state == .up }.map(\.process))
    }

    /// Waits until they do all of their work again, for a bounded time.
    ///
    /// - Returns: the names of those that do not.
    func awaitReturn() async throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(20)
        var away = processes
        while true {
            away = await DatabaseUsers.states(of: away).filter { $0.state != .up }.map(\.process)
            guard !away.isEmpty, ContinuousClock.now < deadline else { return away.map(\.name) }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    // MARK: - Private

    private static func states(
        of processes: [TopologyProcess]
    ) async -> [(process: TopologyProcess, state: PartStatus.State)] {
        await withTaskGroup(of: (Int, PartStatus.State).self) { group in
            for (index, process) in processes.enumerated() {
                group.addTask { (index, await ProcessProbe(limit: .seconds(2)).probe(process).state) }
            }
            let states = await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            return processes.enumerated().compactMap { index, process in states[index].map { (process, $0) } }
        }
    }
}
