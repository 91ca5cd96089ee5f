import Directory
import HubTesting
import Migrations
package import Postgres
import Reactor
import ShardStore

/// Databases with the hub's schemas, made once for a cluster and copied for each test.
actor ClusterTemplates {
    static let shared = ClusterTemplates()

    /// The password of every role but the superuser.
    static let password = "role-password"

    private var preparations: [Int: Task<Void, any Error>] = [:]

    /// Makes the templates of a cluster, if nobody has yet.
    func prepare(_ cluster: PostgresCluster) async throws {
        let preparation =
            preparations[cluster.port]
            ?? Task {
                try await ClusterTemplates.make(DirectorySchema.schema, "directory_template", on: cluster)
                try await ClusterTemplates.make(ShardSchema.schema, "shard_template", on: cluster)
                for role in ["hub_router", "hub_control", "hub_backend", "hub_app"] {
                    try cluster.run("ALTER ROLE \(role) LOGIN PASSWORD '\(ClusterTemplates.password)'")
                }
            }
        preparations[cluster.port] = preparation
        try await preparation.value
    }

    // MARK: - Private

    private static func make(_ schema: Schema, _ database: String, on cluster: PostgresCluster) async throws {
        try cluster.run("CREATE DATABASE \(database)")
        try await withPool(cluster.configuration(database: database)) { pool in
            _ = try await Migrator(schema: schema).apply(pool)
        }
    }
}

/// Lends a small pool that closes its connections afterwards.
package func withPool<Answer: Sendable>(
    _ configuration: PostgresConfiguration,
    _ body: @Sendable (PostgresPool) async throws -> Answer
) async throws -> Answer {
    let reactors = try ReactorGroup(count: 1)
    defer { reactors.shutdown() }
    let pool = PostgresPool(configuration: configuration, reactors: reactors, logger: .silent)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await pool.run() }
        do {
            let answer = try await body(pool)
            group.cancelAll()
            try await group.waitForAll()
            return answer
        } catch {
            group.cancelAll()
            try? await group.waitForAll()
            throw error
        }
    }
}
