import HubModel
import Reactor
import Topology

/// Asks every part of a deployment at once how it is.
struct StatusCollector: Sendable {
    let topology: Topology
    let secrets: Secrets
    /// How long one part may take to answer.
    var limit = Duration.seconds(2)

    /// The states in the order of the topology; a part that does not answer in time is down.
    func collect() async throws -> StatusReport {
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let processes = topology.processes
        let parts = await withTaskGroup(of: (Int, PartStatus).self) { group in
            for (index, process) in processes.enumerated() {
                group.addTask { (index, await status(of: process, reactors)) }
            }
            return await group.reduce(into: [Int: PartStatus]()) { $0[$1.0] = $1.1 }
        }
        return StatusReport(parts: processes.indices.compactMap { parts[$0] })
    }

    // MARK: - Private

    private func status(of process: TopologyProcess, _ reactors: ReactorGroup) async -> PartStatus {
        switch process.role {
        case .process:
            await ProcessProbe(limit: limit).probe(process)
        case .database(let target):
            await DatabaseProbe(target: target, secrets: secrets, reactors: reactors, limit: limit).probe(process)
        case .cache(let region):
            await RedisProbe(secrets: secrets, reactors: reactors, limit: limit).probe(process, region: region)
        }
    }
}
