import FoundationEssentials
import HubModel
import HubTesting
import Logging
import Migrations
import MoveEngine
import Postgres
import Reactor
import ShardStore
import Testing

/// Two shards on servers of their own, each with a tenant that stays, and one at the source that is to move.
struct MoveFixture {
    let source: MoveSide
    let target: MoveSide
    let tenant: TenantID
    /// The tenant that stays at the source, and the one at the target.
    let neighbours: [TenantID]
    let move = MoveID.make(at: Timestamp(microseconds: 1_750_000_000_000_000))

    func engine(attempt: Int64 = 1, generation: Int = 1, move other: MoveID? = nil) throws -> MoveEngine {
        MoveEngine(
            MoveClaim(move: other ?? move, tenant: tenant, attempt: attempt, generation: generation),
            from: source,
            to: target,
            reactors: try MoveClusters.reactors.get(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// The digest of all a tenant's rows, markers apart, made without the engine.
    func digest(of tenant: TenantID, at side: MoveSide) async throws -> [String: String] {
        var digests: [String: String] = [:]
        for table in ShardSchema.carriedTables where table != "move_markers" {
            let column = table == "tenants" ? "id" : "tenantId"
            digests[table] = try await side.pool.query(
                PostgresQuery(
                    unsafeSQL: """
                        SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')
                        FROM \(table) AS t WHERE \(column) = '\(tenant)'
                        """
                ).unprepared
            ).single().decode(String.self, at: 0)
        }
        return digests
    }

    /// Everything up to a running stream.
    func stream(_ engine: MoveEngine, _ options: CopyOptions = CopyOptions(streams: 2, rangeRows: 100)) async throws {
        try await engine.claimTenant()
        try await engine.clear()
        try await engine.publish()
        _ = try await engine.copy(options)
        try await engine.subscribe()
        try await engine.catchUp(to: 1 << 20, within: .seconds(30))
    }

    /// The switch, without a directory and with no backend to ask. The engine's source serves the tenant at `epoch`.
    func switchOver(_ engine: MoveEngine, from epoch: Epoch) async throws -> Verification {
        try await engine.freeze(at: epoch, within: .seconds(5))
        let marker = try await engine.mark()
        try await engine.drain(marker, within: .seconds(20))
        let check = try await engine.check(within: .seconds(20))
        if engine.direction == .forward { _ = try await engine.advanceReverse() }
        try await engine.disable()
        try await engine.open(at: epoch.next)
        try await engine.leave()
        return check
    }

    /// How many objects of moves a shard's server has, its database's alone.
    func objects(at side: MoveSide) async throws -> Int {
        try await side.pool.query(
            """
            SELECT (SELECT count(*) FROM pg_publication WHERE pubname LIKE 'hub\\_move\\_%')
                 + (SELECT count(*) FROM pg_replication_slots
                    WHERE database = current_database() AND slot_name LIKE 'hub\\_move\\_%')
                 + (SELECT count(*) FROM pg_subscription WHERE subname LIKE 'hub\\_move\\_%'
                    AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """
        ).single().decode(Int.self, at: 0)
    }
}

/// The two servers that all tests of the process share.
enum MoveClusters {
    static let settings = [
        "wal_level": "logical", "max_replication_slots": "30", "max_wal_senders": "30", "max_worker_processes": "40",
        "max_logical_replication_workers": "30", "autovacuum": "off",
    ]
    static let reactors = Result { try ReactorGroup(count: 1, name: "moves") }
    static let source = Result { try PostgresCluster.start(settings: settings) }
    static let target = Result { try PostgresCluster.start(settings: settings) }
}

/// Lends two shards.
///
/// - Parameters:
///   - projects: the number of tasks of each of the moving tenant's projects; nil for a tenant with nothing but its row.
func withMove(
    projects: [Int]? = [40, 0, 7],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (MoveFixture) async throws -> Void
) async throws {
    try await withShard(MoveClusters.source.get(), "source") { source in
        try await withShard(MoveClusters.target.get(), "target") { target in
            let stays = demo("stays", [5, 6])
            let there = demo("there", [3])
            try await load([stays], into: source)
            try await load([there], into: target)
            let tenant: TenantID
            if let projects {
                let demo = demo("moves", projects)
                try await load([demo], into: source)
                tenant = demo.id
            } else {
                tenant = TenantID.make(at: Timestamp(microseconds: 1_740_000_000_000_000))
                _ = try await source.pool.query(
                    "INSERT INTO tenants (id, subdomain, name) VALUES (\(tenant.uuid), 'moves', 'Moves')"
                )
                _ = try await source.pool.query(
                    "INSERT INTO tenant_ownership (tenantId, epoch, state) VALUES (\(tenant.uuid), 1, 'active')"
                )
            }
            try await body(
                MoveFixture(source: source, target: target, tenant: tenant, neighbours: [stays.id, there.id])
            )
        }
    }
}

private func demo(_ subdomain: String, _ projects: [Int]) -> DemoTenant {
    DemoTenant(subdomain: Subdomain(subdomain)!, name: subdomain, users: 4, projects: projects)
}

private func load(_ tenants: [DemoTenant], into side: MoveSide) async throws {
    let loader = DemoLoader(
        pool: side.pool,
        adminPasswordHash: "a",
        userPasswordHash: "u",
        now: Timestamp("2026-01-15T12:00:00Z")!
    )
    _ = try await loader.load(tenants) { _ in }
    // What a demo has none of, each with values that a copy could spoil.
    for tenant in tenants {
        try await side.pool.withConnection { connection in
            try await connection.script(
                """
                INSERT INTO sessions (id, tenantId, userId, expiresAt, clientAddress)
                  SELECT gen_random_uuid(), tenantId, id, now() + interval '1 day', '2001:db8::1' FROM users
                  WHERE tenantId = '\(tenant.id)';
                INSERT INTO idempotency_keys (tenantId, userId, key, fingerprint, status, body)
                  SELECT tenantId, id, E'k\\u00e9y \\\\ '' ' || n, '\\x00ff5c0a', 201, E'tab\\tline\\n' FROM users, generate_series(1, 3) AS n
                  WHERE tenantId = '\(tenant.id)';
                INSERT INTO events (tenantId, epoch, id, action, entityType, entityId)
                  SELECT tenantId, 1, gen_random_uuid(), 'create', 'task', id FROM tasks WHERE tenantId = '\(tenant.id)';
                INSERT INTO audit_floors (tenantId, floor) VALUES ('\(tenant.id)', '2020-02-01 00:00:00+00');
                INSERT INTO impersonations (tenantId, id, secretHash, userId, operatorId, operatorEmail, expiresAt)
                  SELECT tenantId, gen_random_uuid(), '\\x00', id, gen_random_uuid(), 'o@hub.example', now() + interval '1 hour'
                  FROM users WHERE tenantId = '\(tenant.id)' LIMIT 1;
                """
            )
        }
    }
}

private func withShard(
    _ cluster: PostgresCluster,
    _ name: String,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (MoveSide) async throws -> Void
) async throws {
    try await cluster.withDatabase { configuration in
        try await PostgresPool.withPool(configuration) { pool in
            _ = try await Migrator(schema: ShardSchema.schema).apply(pool)
            try await body(MoveSide(shard: ShardID(name)!, pool: pool, peer: configuration))
        }
    }
}

/// Expects a ``MoveError`` with this code.
@discardableResult
func expect(
    _ code: MoveError.Code,
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async -> MoveError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown, expected \(code)", sourceLocation: sourceLocation)
        return nil
    } catch let error as MoveError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error) was thrown, expected \(code)", sourceLocation: sourceLocation)
        return nil
    }
}

/// All tests with servers, one after another: a slot waits for whatever is open on its server.
@Suite("Between two servers", .serialized)
enum MoveTests {}
