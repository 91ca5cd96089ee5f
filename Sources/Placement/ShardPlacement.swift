package import HubModel

/// One shard as the routers see it: its state and the backends that serve it.
package struct ShardPlacement: Hashable, Sendable {
    package var id: ShardID
    package var region: RegionID
    package var state: ShardState
    package var backends: [BackendAddress]

    package init(id: ShardID, region: RegionID, state: ShardState, backends: [BackendAddress]) {
        self.id = id
        self.region = region
        self.state = state
        self.backends = backends
    }
}

/// Where one backend process listens for routers.
package struct BackendAddress: Hashable, Sendable {
    package let name: ProcessName
    package let host: String
    package let port: Int

    package init(name: ProcessName, host: String, port: Int) {
        self.name = name
        self.host = host
        self.port = port
    }
}
