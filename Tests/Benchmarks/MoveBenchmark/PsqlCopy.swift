import HubModel
import HubTesting
import Postgres
import ShardStore

/// What somebody does who moves rows by hand: a pipe from one psql to another, several at once.
struct PsqlCopy {
    /// A condition on a table's rows.
    typealias Piece = (table: String, condition: String)

    private let psql: String
    private let from: String
    private let into: String

    init(
        from source: PostgresCluster,
        _ sourceDatabase: PostgresConfiguration,
        into target: PostgresCluster,
        _ targetDatabase: PostgresConfiguration
    ) throws {
        psql = try PostgresCluster.program("psql")
        func command(_ cluster: PostgresCluster, _ database: String, _ psql: String) -> String {
            "PGPASSWORD='\(cluster.password)' \(psql) -X -q -h 127.0.0.1 -p \(cluster.port) -U \(PostgresCluster.user) -d \(database)"
        }
        from = command(source, sourceDatabase.database, psql)
        into = "PGOPTIONS='-c session_replication_role=replica' " + command(target, targetDatabase.database, psql)
    }

    /// Cuts the large tables into as many parts as there are streams.
    func pieces(of tenant: TenantID, streams: Int, _ pool: PostgresPool) async throws -> [[Piece]] {
        var pieces = [[Piece]](repeating: [], count: streams)
        for table in ShardSchema.carriedTables {
            let owner = "\(table == "tenants" ? "id" : "tenantId") = '\(tenant)'"
            guard table == "tasks" || table == "audit_logs" else {
                pieces[0].append((table, owner))
                continue
            }
            let shares = (1..<streams).map { "\(Double($0) / Double(streams))" }.joined(separator: ",")
            let cuts =
                streams == 1
                ? []
                : try await pool.query(
                    PostgresQuery(
                        unsafeSQL: """
                            SELECT unnest(percentile_disc(ARRAY[\(shares)]) WITHIN GROUP (ORDER BY id))::text
                            FROM \(table) WHERE \(owner)
                            """
                    )
                ).map { try $0.decode(String.self, at: 0) }
            for index in 0..<streams {
                let lower = index == 0 ? "" : " AND id >= '\(cuts[index - 1])'"
                let upper = index == streams - 1 ? "" : " AND id < '\(cuts[index])'"
                pieces[index].append((table, owner + lower + upper))
            }
        }
        return pieces
    }

    func run(_ pieces: [[Piece]], isBinary: Bool) async throws {
        let format = isBinary ? " (FORMAT binary)" : ""
        let streams = pieces.map { pieces in
            pieces.map { table, condition in
                """
                \(from) -c "COPY (SELECT * FROM \(table) WHERE \(condition)) TO STDOUT\(format)" \
                | \(into) -c "COPY \(table) FROM STDIN\(format)" || exit 1
                """
            }.joined(separator: "\n")
        }
        let script = streams.map { "(\($0)) &\n" }.joined() + "wait"
        try await ChildProcess.runAside(["sh", "-c", script], environment: [:])
    }
}
