import HubColumns
import HubModel
import Postgres

/// How what the directory says of a shard's tenants and what the shard's database says of them differ.
struct OwnershipComparison: Encodable, Sendable {
    let shard: String
    /// The directory has them here at this epoch, and the shard does not serve them so.
    var missing: [String] = []
    /// The shard would serve them, and the directory has them elsewhere, at another epoch, or not at all. Nobody reaches
    /// them there, since a request names the directory's epoch.
    var foreign: [String] = []

    var isEmpty: Bool { missing.isEmpty && foreign.isEmpty }

    /// - Parameters:
    ///   - directory: the epochs of the tenants that the directory has on this shard.
    ///   - shard: the epochs of those that the shard's database serves.
    init(shard name: String, directory: [TenantID: Epoch], shard: [TenantID: Epoch]) {
        self.shard = name
        missing = directory.filter { shard[$0.key] != $0.value }.map(\.key.description).sorted()
        foreign = shard.filter { directory[$0.key] != $0.value }.map(\.key.description).sorted()
    }

    /// For people: how many, and the first few.
    var sentence: String {
        func some(_ tenants: [String], _ what: String) -> [String] {
            guard !tenants.isEmpty else { return [] }
            let names = tenants.prefix(3).joined(separator: ", ") + (tenants.count > 3 ? " …" : "")
            return ["\(tenants.count) tenants \(what) (\(names))"]
        }
        return "shard \(shard): "
            + (some(missing, "of the directory are not served there as it says")
            + some(foreign, "are there which the directory has elsewhere or not at all"))
            .joined(separator: "; ")
    }

    /// What the directory says of one shard's tenants.
    static func directory(_ connection: PostgresConnection, shard: ShardID) async throws -> [TenantID: Epoch] {
        let rows = try await connection.query(
            "SELECT id, epoch FROM tenants WHERE shard = \(shard.description) AND state <> 'deleting'"
        ).decode((TenantID.self, Epoch.self))
        return Dictionary(rows.map { ($0.0, $0.1) }) { first, _ in first }
    }

    /// Has a restored shard serve its tenants at the epochs that the directory has for it, where they have risen since: a
    /// restore of a tenant in its place and a switch that was given up raise them.
    ///
    /// - Returns: how many it were.
    static func raiseShard(_ connection: PostgresConnection, to known: [TenantID: Epoch]) async throws -> Int {
        let known = known.sorted { $0.key < $1.key }
        let query: PostgresQuery = """
            UPDATE tenant_ownership AS o SET epoch = k.epoch, updatedAt = now()
            FROM unnest(\(known.map(\.key)), \(known.map(\.value))) AS k (tenant, epoch)
            WHERE o.tenantId = k.tenant AND o.state = 'active' AND o.epoch < k.epoch
            """
        return try await connection.query(query.within(.seconds(300))).affectedRows
    }

    /// Has a restored directory name the epochs at which a shard serves its tenants, as ``raiseShard(_:to:)``. What a restore
    /// held at the moment is left to its settlement.
    static func raiseDirectory(
        _ connection: PostgresConnection,
        shard: ShardID,
        to served: [TenantID: Epoch]
    ) async throws -> Int {
        let served = served.sorted { $0.key < $1.key }
        let query: PostgresQuery = """
            UPDATE tenants AS t SET epoch = k.epoch
            FROM unnest(\(served.map(\.key)), \(served.map(\.value))) AS k (tenant, epoch)
            WHERE t.id = k.tenant AND t.shard = \(shard.description) AND t.state IN ('active', 'suspended') AND t.epoch < k.epoch
            """
        return try await connection.query(query.within(.seconds(300))).affectedRows
    }

    /// What a shard's database says of the tenants it serves.
    static func shard(_ connection: PostgresConnection) async throws -> [TenantID: Epoch] {
        let rows = try await connection.query("SELECT tenantId, epoch FROM tenant_ownership WHERE state = 'active'")
            .decode((TenantID.self, Epoch.self))
        return Dictionary(rows.map { ($0.0, $0.1) }) { first, _ in first }
    }
}
