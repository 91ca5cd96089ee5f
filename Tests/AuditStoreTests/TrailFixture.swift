import AuditStore
import FoundationEssentials
import HubColumns
import HubModel
import HubTesting
import Migrations
import Postgres
import ShardStore
import Testing

/// A shard with two tenants, its region's audit store, and the store of another region.
struct TrailFixture {
    let shard: PostgresPool
    let peer: PostgresConfiguration
    let store: AuditDatabase
    let other: AuditDatabase
    /// The store as backends log in to it.
    let history: AuditHistory
    let app: PostgresPool
    let tenant: TenantID
    let neighbour: TenantID

    var feed: AuditFeed { AuditFeed(shard: ShardID("us-1")!, source: shard, peer: peer, store: store) }

    /// Writes entries of a tenant at the shard, one transaction each.
    func write(_ count: Int, at moment: String = "now()", by tenant: TenantID? = nil) async throws {
        let tenant = tenant ?? self.tenant
        for _ in 0..<count {
            _ = try await shard.query(
                PostgresQuery(
                    unsafeSQL: """
                        INSERT INTO audit_logs (tenantId, userId, action, entityType, entityId, changes, timestamp, ipAddress)
                        SELECT tenantId, id, 'LOGIN', 'user', id, '{"after": {"n": "\(Int.random(in: 0..<1000))"}}', \(moment), '::1'
                        FROM users WHERE tenantId = '\(tenant)' LIMIT 1
                        """
                ).unprepared
            )
        }
    }

    /// Waits until everything that the shard has is in the store, and seals it.
    func settle(_ tenants: [TenantID]? = nil) async throws {
        let tenants = tenants ?? [tenant, neighbour]
        let expected = try await shard.query("SELECT count(*) FROM audit_logs WHERE tenantId = ANY(\(tenants))")
            .single().decode(Int.self, at: 0)
        try await store.open(tenants)
        try await waitFor("the trail to come") {
            _ = try await store.seal()
            return try await store.pool.query("SELECT count(*) FROM audit_trail WHERE tenantId = ANY(\(tenants))")
                .single().decode(Int.self, at: 0) >= expected
        }
    }

    /// The chain's head, as a witness would keep it.
    func head() async throws -> AuditWitness {
        let chain = try #require(try await store.chain(of: tenant))
        return AuditWitness(
            tenant: tenant,
            number: chain.number,
            entries: chain.entries,
            hash: chain.hash,
            region: store.region,
            witnessedAt: Timestamp("2026-01-01T00:00:00Z")!
        )
    }

    /// Runs SQL as a superuser who is up to no good.
    func tamper(_ sql: String) async throws {
        try await store.pool.withConnection { try await $0.script(sql) }
    }
}

extension AuditDatabase {
    /// Seals until nothing waits that may be sealed; one call seals entries of one month of a tenant.
    func sealAll() async throws {
        while try await seal().taken > 0 {}
    }
}

/// The server that all tests of the process share.
enum TrailCluster {
    static let shared = Result {
        try PostgresCluster.start(
            settings: [
                "wal_level": "logical", "max_replication_slots": "30", "max_wal_senders": "30",
                "max_worker_processes": "40", "max_logical_replication_workers": "30",
                "wal_retrieve_retry_interval": "100ms",
            ]
        )
    }
}

/// Lends the databases; a stream that the body has begun is ended.
func withTrail(_ body: (TrailFixture) async throws -> Void) async throws {
    let cluster = try TrailCluster.shared.get()
    try await cluster.withDatabase { shard in
        try await cluster.withDatabase { store in
            try await cluster.withDatabase { other in
                try await PostgresPool.withPool(shard) { shardPool in
                    try await PostgresPool.withPool(store) { storePool in
                        try await PostgresPool.withPool(other) { otherPool in
                            _ = try await Migrator(schema: ShardSchema.schema).apply(shardPool)
                            _ = try await Migrator(schema: AuditSchema.schema).apply(storePool)
                            _ = try await Migrator(schema: AuditSchema.schema).apply(otherPool)
                            _ = try passwordOfApp.get()
                            var app = store
                            (app.user, app.password) = ("hub_app", "app")
                            try await PostgresPool.withPool(app) { appPool in
                                let demos = ["acme", "globex"].map {
                                    DemoTenant(subdomain: Subdomain($0)!, name: $0, users: 2, projects: [])
                                }
                                let loader = DemoLoader(
                                    pool: shardPool,
                                    adminPasswordHash: "a",
                                    userPasswordHash: "u",
                                    now: Timestamp("2026-01-15T12:00:00Z")!
                                )
                                _ = try await loader.load(demos) { _ in }
                                _ = try await shardPool.query("DELETE FROM audit_logs")
                                let fixture = TrailFixture(
                                    shard: shardPool,
                                    peer: shard,
                                    store: AuditDatabase(region: RegionID("us")!, pool: storePool),
                                    other: AuditDatabase(region: RegionID("eu")!, pool: otherPool),
                                    history: AuditHistory(region: RegionID("us")!, pool: appPool),
                                    app: appPool,
                                    tenant: demos[0].id,
                                    neighbour: demos[1].id
                                )
                                do {
                                    try await body(fixture)
                                } catch {
                                    try? await fixture.feed.remove()
                                    throw error
                                }
                                try await fixture.feed.remove()
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Roles are the cluster's.
private let passwordOfApp = Result { try TrailCluster.shared.get().run("ALTER ROLE hub_app PASSWORD 'app'") }

/// Expects an ``AuditStoreError`` with this code.
@discardableResult
func expect(
    _ code: AuditStoreError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async -> AuditStoreError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown, expected \(code)", sourceLocation: sourceLocation)
        return nil
    } catch let error as AuditStoreError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error) was thrown, expected \(code)", sourceLocation: sourceLocation)
        return nil
    }
}

/// All tests with a server, one after another: a slot waits for whatever is open on its server.
@Suite("The audit store", .serialized)
enum AuditStoreTests {}
