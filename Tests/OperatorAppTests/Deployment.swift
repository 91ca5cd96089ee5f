import Foundation
import HubTesting
import Synchronization
import Testing
import Topology

@testable import OperatorApp

/// The tests that need PostgreSQL, one after the other: roles and their passwords belong to the server they share.
@Suite("Against PostgreSQL", .serialized)
enum AgainstPostgres {
    private static let start = Result { try PostgresCluster.start() }

    /// Not the server of all tests of the process, since `hubctl migrate` sets the passwords of its roles.
    static var cluster: PostgresCluster {
        get throws { try start.get() }
    }
}

/// A deployment whose directory and shard are databases of the tests' PostgreSQL server.
struct Deployment: Sendable {
    let workplace: Workplace
    let cluster: PostgresCluster
    let directory: String
    let shard: String

    private static let count = Atomic<Int>(0)

    /// Lends a deployment with secrets and without databases; its databases go with their server.
    ///
    /// - Parameter cluster: without one the server that these tests share.
    static func with<Answer>(
        cluster: PostgresCluster? = nil,
        redis: Int = 9,
        admin: Int = 10,
        topology: ((String) -> String)? = nil,
        environment: [String: String] = [:],
        _ body: (Deployment) async throws -> Answer
    ) async throws -> Answer {
        let cluster = try cluster ?? AgainstPostgres.cluster
        let number = count.add(1, ordering: .relaxed).newValue
        let (directory, shard) = ("hub_directory_\(number)", "hub_shard_\(number)")
        let yaml = Workplace.topology(directory: cluster.port, shard: cluster.port, redis: redis, admin: admin)
            .replacing("database: hub_directory", with: "database: \(directory)")
            .replacing("database: hub_shard", with: "database: \(shard)")
        let passwords = [
            "HUB_SECRET_DIRECTORY_ADMIN_PASSWORD": cluster.password,
            "HUB_SECRET_SHARD_US_1_ADMIN_PASSWORD": cluster.password,
        ]
        return try await Workplace.with(
            topology: topology?(yaml) ?? yaml,
            environment: passwords.merging(environment) { $1 }
        ) { workplace in
            let secrets = await workplace.hubctl("secrets", "init")
            try #require(secrets.status == .success, "\(secrets.diagnostics)")
            return try await body(
                Deployment(workplace: workplace, cluster: cluster, directory: directory, shard: shard)
            )
        }
    }

    /// Lends a deployment whose databases are migrated and whose directory knows the topology.
    static func withRunning<Answer>(
        cluster: PostgresCluster? = nil,
        redis: Int = 9,
        admin: Int = 10,
        _ body: (Deployment) async throws -> Answer
    ) async throws -> Answer {
        try await with(cluster: cluster, redis: redis, admin: admin) { deployment in
            for arguments in [["migrate"], ["topology", "apply"]] {
                let result = await deployment.hubctl(arguments)
                try #require(result.status == .success, "\(result.diagnostics)")
            }
            return try await body(deployment)
        }
    }

    func hubctl(_ arguments: String..., environment: [String: String] = [:]) async -> Workplace.Result {
        await workplace.hubctl(arguments, environment: environment)
    }

    func hubctl(_ arguments: [String], environment: [String: String] = [:]) async -> Workplace.Result {
        await workplace.hubctl(arguments, environment: environment)
    }

    /// Asks a database without the driver or the stores: rows one a line, columns separated by `|`.
    func ask(_ database: String, _ sql: String) throws -> String { try cluster.run(sql, database: database) }
}
