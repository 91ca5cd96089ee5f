import Credentials
import HubTesting
package import Topology

extension HubDatabases {
    /// A deployment of one shard over these databases; no Redis listens at its address.
    package func topology(stateDirectory: String) throws -> Topology {
        let yaml = """
            baseDomain: \(RunningBackend.baseDomain)
            publicURL: "http://{host}:8080"
            stateDirectory: "\(stateDirectory)"
            directory: { endpoints: ["127.0.0.1:\(cluster.port)"], database: \(directory) }
            regions: { us: { name: "United States", redis: "127.0.0.1:1" } }
            shards: { us-1: { region: us, endpoints: ["127.0.0.1:\(cluster.port)"], database: \(shard) } }
            routers: { router: { listen: "127.0.0.1:2", admin: "127.0.0.1:3" } }
            controls: { control: { listen: "127.0.0.1:4", admin: "127.0.0.1:5" } }
            backends: { backend-us-1: { shard: us-1, listen: "127.0.0.1:6", admin: "127.0.0.1:7" } }
            """
        return try Topology(yaml: yaml, file: "test.yaml", environment: [:])
    }

    /// The backends of a shard sign tokens with the same key.
    private static let shardKey = SigningKeyPair.generate().privateKeyText
    private static let controlKey = SigningKeyPair.generate().privateKeyText

    /// The secrets of that deployment, as environment variables.
    package var secrets: [String: String] {
        [
            "HUB_SECRET_SHARD_US_1_ADMIN_PASSWORD": cluster.password,
            "HUB_SECRET_SHARD_US_1_APP_PASSWORD": ClusterTemplates.password,
            "HUB_SECRET_DIRECTORY_BACKEND_PASSWORD": ClusterTemplates.password,
            "HUB_SECRET_DIRECTORY_CONTROL_PASSWORD": ClusterTemplates.password,
            "HUB_SECRET_REDIS_US_PASSWORD": "redis-password",
            "HUB_SECRET_ROUTER_SIGNING_KEY": String(decoding: RunningBackend.signingKey, as: UTF8.self),
            "HUB_SECRET_SHARD_US_1_TOKEN_KEY": HubDatabases.shardKey,
            "HUB_SECRET_CONTROL_TOKEN_KEY": HubDatabases.controlKey,
        ]
    }
}
