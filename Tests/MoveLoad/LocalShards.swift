import FoundationEssentials
import HubTesting
package import Postgres

/// The shards of a local deployment.
package enum LocalShards {
    /// In the order of their databases' ports.
    package static let names = ["us-1", "eu-1", "apac-1"]

    /// Lends a shard's database, as its administrator; row-level security does not hide anything from it.
    ///
    /// - Parameters:
    ///   - home: the deployment's folder.
    ///   - port: its router's.
    package static func with<Answer: Sendable>(
        _ shard: String,
        of home: String,
        _ port: Int,
        _ body: (PostgresPool) async throws -> Answer
    ) async throws -> Answer {
        guard let number = names.firstIndex(of: shard) else { throw ChildFailure("there is no shard \(shard)") }
        let secret = try String(contentsOfFile: "\(home)/secrets/shard-\(shard)-admin-password", encoding: .utf8)
        let configuration = PostgresConfiguration(
            hosts: [PostgresHost("127.0.0.1", port + 11 + number)],
            database: "hub_shard",
            user: "hub_admin",
            password: PostgresPassword(secret.filter { !$0.isWhitespace })
        )
        return try await PostgresPool.withPool(configuration, body)
    }
}
