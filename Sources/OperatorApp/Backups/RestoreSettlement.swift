import HubColumns
import HubModel
import Migrations
import Postgres
import Topology

/// What is put in order in a restored database before anybody reaches it, because others remember the future it has lost.
struct RestoreSettlement: Encodable, Sendable {
    /// The epoch the shard's cache goes on from; nil for the directory.
    var gateEpoch: Int64?
    /// The version the directory goes on from; nil for a shard.
    var directoryVersion: Int64?
    /// Subscriptions and publications of moves that were under way at the moment.
    var cleared: [String] = []
    /// Moves that the directory had not ended at the moment.
    var openMoves = 0
    /// Roles that got the password of the secrets.
    var passwords: [String] = []

    var sentences: [String] {
        var sentences: [String] = []
        if gateEpoch != nil { sentences.append("cache      begins anew: nothing it held before is read again") }
        if directoryVersion != nil {
            sentences.append("directory  routers take it over by its new version; run hubctl topology apply")
        }
        if !cleared.isEmpty { sentences.append("moves      cleared \(cleared.joined(separator: ", "))") }
        if openMoves > 0 {
            sentences.append("moves      \(openMoves) were under way at that moment: hubctl move list")
        }
        return sentences
    }

    /// What only the server that is replaced knows of its last moments.
    struct Knowledge: Sendable {
        var gateEpoch: Int64?
        var directoryVersion: Int64?
    }

    /// Puts the database in order.
    ///
    /// - Parameter known: what the replaced server said, when it could be asked.
    static func settle(
        _ target: DatabaseTarget,
        on server: RestoredServer,
        known: Knowledge,
        secrets: Secrets
    ) async throws -> RestoreSettlement {
        try await server.withConnection(database: target.database, role: target.administrator.name) { connection in
            var settlement = RestoreSettlement()
            switch target.kind {
            case .shard:
                try await settlement.shutGate(known.gateEpoch, connection)
                try await settlement.clearStreams(connection)
            case .audit:
                // hub-control makes them anew, and copies what they have brought since.
                try await settlement.clearStreams(connection)
            case .directory:
                try await settlement.raiseVersion(known.directoryVersion, connection)
            }
            // Those of the backup's time may have been changed since.
            for role in target.roles + [target.administrator] {
                let password = try secrets.secret(role.password).text
                if try await DatabaseServer(connection).setPassword(of: role.name, to: password) == true {
                    settlement.passwords.append(role.name)
                }
            }
            return settlement
        }
    }

    // MARK: - Private

    /// The gate comes back with an epoch of the past. Opened from there, it would give out epochs that were used already,
    /// and their keys in Redis hold what was written in the future that is undone. So it is shut, at an epoch above any
    /// that can have been used: above the replaced server's last, and above the seconds since 1970, since a gate opens at
    /// most once a second. The restored server is reached only after every lease on the old gate (2 s) has run out.
    private mutating func shutGate(_ known: Int64?, _ connection: PostgresConnection) async throws {
        guard try await connection.has(table: "cache_gate") else { return }
        _ = try await connection.query("DELETE FROM cache_objections")
        gateEpoch = try await connection.query(
            """
            UPDATE cache_gate
            SET epoch = greatest(epoch, \(known ?? 0), extract(epoch FROM clock_timestamp())::int8) + 1, mode = 'off',
                serverRun = NULL, nonce = NULL, openedAt = NULL, closedAt = clock_timestamp(),
                reopenAfter = interval '2 seconds', reason = 'the database was restored'
            RETURNING epoch
            """
        ).single().decode(Int64.self, at: 0)
    }

    /// A move's subscription would go on where the stream was then; its slot has gone on, or is gone.
    private mutating func clearStreams(_ connection: PostgresConnection) async throws {
        let subscriptions = try await connection.query(
            """
            SELECT subname::text FROM pg_subscription
            WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND subname LIKE 'hub\\_%'
            """
        )
        for row in subscriptions {
            let name = try row.decode(String.self, at: 0)
            for query: PostgresQuery in [
                "ALTER SUBSCRIPTION \(identifier: name) DISABLE",
                "ALTER SUBSCRIPTION \(identifier: name) SET (slot_name = NONE)",
                "DROP SUBSCRIPTION \(identifier: name)",
            ] { _ = try await connection.query(query.unprepared) }
            cleared.append("subscription \(name)")
        }
        let publications = try await connection.query(
            "SELECT pubname::text FROM pg_publication WHERE pubname LIKE 'hub\\_move\\_%'"
        )
        for row in publications {
            let name = try row.decode(String.self, at: 0)
            _ = try await connection.query(PostgresQuery("DROP PUBLICATION \(identifier: name)").unprepared)
            cleared.append("publication \(name)")
        }
    }

    /// Routers and backends never go back to an older version of the directory; so the restored one continues above the
    /// last that they can have seen. That it is another line of history they see by its timeline, and read all of it.
    private mutating func raiseVersion(_ known: Int64?, _ connection: PostgresConnection) async throws {
        guard try await connection.has(table: "directory_version") else { return }
        // Without the old server's word: more changes than can have been made since.
        let step: Int64 = known == nil ? 1_000_000_000 : 1
        directoryVersion = try await connection.query(
            """
            UPDATE directory_version
            SET version = greatest(version, \(known ?? 0)) + \(step),
                topologyVersion = greatest(version, \(known ?? 0)) + \(step), changedBy = pg_current_xact_id()
            RETURNING version
            """
        ).single().decode(Int64.self, at: 0)
        guard try await connection.has(table: "moves") else { return }
        openMoves = Int(
            try await connection.query(
                "SELECT count(*) FROM moves WHERE state NOT IN ('completed', 'cancelled', 'reversed')"
            ).single().decode(Int64.self, at: 0)
        )
    }
}

extension PostgresConnection {
    /// Whether the database has a table of this name.
    fileprivate func has(table: String) async throws -> Bool {
        try await query("SELECT to_regclass(\("public.\(table)")) IS NOT NULL").single().decode(Bool.self, at: 0)
    }
}
