import HubColumns
package import HubModel
import Postgres

/// A row of `backends`: where one process that serves a shard is reached.
package struct BackendRecord: Hashable, Sendable {
    package let name: ProcessName
    package let shard: ShardID
    package let host: String
    package let port: Int
    package let adminHost: String
    package let adminPort: Int

    package init(name: ProcessName, shard: ShardID, host: String, port: Int, adminHost: String, adminPort: Int) {
        self.name = name
        self.shard = shard
        self.host = host
        self.port = port
        self.adminHost = adminHost
        self.adminPort = adminPort
    }
}

extension BackendRecord {
    static let query: PostgresQuery =
        "SELECT name, shard, host, port, adminHost, adminPort FROM backends ORDER BY name"

    init(_ row: PostgresRow) throws(PostgresError) {
        (name, shard, host, port, adminHost, adminPort) = try row.decode(
            (ProcessName.self, ShardID.self, String.self, Int.self, String.self, Int.self)
        )
    }
}
