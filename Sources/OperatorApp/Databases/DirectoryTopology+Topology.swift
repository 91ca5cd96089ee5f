import Directory
import HubModel
import Topology

extension DirectoryTopology {
    /// What the topology file says, as the directory keeps it.
    init(_ topology: Topology) {
        self.init(
            regions: topology.regions.map { RegionRecord(id: $0.id, name: $0.name) },
            shards: topology.shards.map { shard in
                Shard(id: shard.id, region: shard.region, weight: shard.weight, initialState: shard.state)
            },
            backends: topology.backends.map { backend in
                BackendRecord(
                    name: backend.name,
                    shard: backend.shard,
                    host: backend.advertise.host,
                    port: backend.advertise.port,
                    adminHost: backend.admin.host,
                    adminPort: backend.admin.port
                )
            }
        )
    }
}
