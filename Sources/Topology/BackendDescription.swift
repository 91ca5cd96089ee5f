package import HubModel

/// A backend process, which serves the tenants of one shard.
package struct BackendDescription: Hashable, Sendable {
    package let shard: ShardID
    package let process: ProcessDescription

    package var name: ProcessName { process.name }
    package var listen: Endpoint { process.listen }
    package var advertise: Endpoint { process.advertise }
    package var admin: Endpoint { process.admin }
}
