import FoundationEssentials
package import HubTesting
package import Postgres

/// A directory and a shard of a test's own, with schemas and roles but nothing in them.
package struct HubDatabases: Sendable {
    package let cluster: PostgresCluster
    package let directory: String
    package let shard: String

    /// Lends fresh databases, which go with their server.
    ///
    /// - Parameter cluster: the server to make them on; nil for the one the tests of this process share.
    package static func with<Answer: Sendable>(
        on cluster: PostgresCluster? = nil,
        _ body: @Sendable (HubDatabases) async throws -> Answer
    ) async throws -> Answer {
        let cluster = try cluster ?? .shared
        try await ClusterTemplates.shared.prepare(cluster)
        let suffix = UUID().uuidString.lowercased().replacing("-", with: "")
        let databases = HubDatabases(cluster: cluster, directory: "directory_\(suffix)", shard: "shard_\(suffix)")
        try cluster.run("CREATE DATABASE \(databases.directory) TEMPLATE directory_template")
        try cluster.run("CREATE DATABASE \(databases.shard) TEMPLATE shard_template")
        return try await body(databases)
    }

    /// The password of every role of the hub.
    package static let rolePassword = ClusterTemplates.password

    package func configuration(_ database: String, role: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(
            host: "127.0.0.1",
            port: cluster.port,
            database: database,
            user: role,
            password: PostgresPassword(ClusterTemplates.password)
        )
        configuration.connectTimeout = .seconds(2)
        configuration.statementTimeout = .seconds(10)
        return configuration
    }

    /// The rows of a query on the shard, as the superuser sees them.
    package func inShard(_ sql: String) throws -> [String] {
        try cluster.run(sql, database: shard).split(separator: "\n").map(String.init)
    }

    /// The rows of a query on the directory, as the superuser sees them.
    package func inDirectory(_ sql: String) throws -> [String] {
        try cluster.run(sql, database: directory).split(separator: "\n").map(String.init)
    }
}
