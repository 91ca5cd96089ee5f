import HubModel
import Topology

extension Topology {
    /// Everything that runs, servers first, in the order in which a deployment comes up.
    var processes: [TopologyProcess] {
        DatabaseTarget.all(of: self).flatMap(\.servers)
            + regions.map { TopologyProcess(cacheOf: $0) }
            + controls.map { TopologyProcess(.control, $0) }
            + backends.map { TopologyProcess(.backend, $0.process, shard: $0.shard) }
            + routers.map { TopologyProcess(.router, $0) }
    }
}

extension DatabaseTarget {
    /// Its servers: the first has the plain name `postgres-<name>`, the others a number from 2.
    fileprivate var servers: [TopologyProcess] {
        endpoints.enumerated().map { index, endpoint in
            TopologyProcess(index == 0 ? "postgres-\(name)" : "postgres-\(name)-\(index + 1)", of: self, at: endpoint)
        }
    }
}
