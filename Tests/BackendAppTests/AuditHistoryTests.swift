import AppFixtures
import AuditStore
import BackendApp
import Directory
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Migrations
import Postgres
import Testing

extension BackendAppTests {
    @Suite("The audit trail across shard and audit store")
    struct AuditHistoryTests {
        @Test("It is one trail: pages, filters, names, exports and proofs, with neither a gap nor an entry twice")
        func across() async throws {
            try await AuditHistoryTests.withStore { tenant, admin, bob, databases, store in
                let old = try await AuditHistoryTests.age(10, by: bob.id, of: tenant.id, databases, store)
                for number in 0..<3 { _ = try await bob.client.post("/api/projects", ["name": "P\(number)"]) }
                let all = try await AuditHistoryTests.list(admin, "limit=100")
                #expect(all.total == all.items.count)
                #expect(Set(all.items.map(\.id)).count == all.total)
                #expect(all.items == all.items.sorted { ($0.timestamp, $0.id) > ($1.timestamp, $1.id) })
                #expect(all.items.suffix(10).map(\.id) == old.reversed())
                #expect(all.items.last?.user?.fullName == "Bob")
                // Page by page, of which one lies across.
                var walked: [AuditLogView] = []
                while walked.count < all.total {
                    let page = try await AuditHistoryTests.list(admin, "limit=3&offset=\(walked.count)")
                    #expect(page.total == all.total)
                    #expect(!page.items.isEmpty)
                    walked += page.items
                }
                #expect(walked == all.items)
                #expect(try await AuditHistoryTests.list(admin, "userId=\(bob.id)&action=LOGIN").total == 11)
                #expect(try await AuditHistoryTests.list(admin, "to=2021-01-01T00:00:00Z").total == 10)
                #expect(try await AuditHistoryTests.list(admin, "from=2021-01-01T00:00:00Z").total == all.total - 10)
                let export = try await admin.with(["accept": "application/x-ndjson"]).get("/api/audit-logs")
                let lines = export.text.split(whereSeparator: \.isNewline)
                #expect(lines.count == all.total)
                #expect(try WireJSON.decode(AuditLogView.self, from: #require(lines.last).utf8) == all.items.last)
                let page = try await admin.get("/audit?offset=0").text
                #expect(page.contains("of \(all.total + 1)") || page.contains("\(all.total + 1)"))

                // Sealed and not witnessed; then witnessed by the directory.
                let path = "/api/audit-logs/\(old[3])/proof"
                #expect(try await admin.get(path).status == 409)
                let heads = try await store.unwitnessedHeads(limit: 10)
                try await withPool(databases.configuration(databases.directory, role: "hub_control")) {
                    try await DirectoryStore(pool: $0).witness(heads)
                }
                let proof = try await admin.get(path)
                #expect(proof.status == 200)
                #expect(try proof.decode(AuditProofView.self).entryId == old[3])
                #expect(try await bob.client.get(path).status == 403)
                #expect(try await admin.get("/api/audit-logs/\(UUID())/proof").status == 404)
                #expect(try await admin.get("/api/audit-logs/nonsense/proof").status == 404)

                // Who is gone has done nothing that one can ask for, on either side.
                #expect(try await admin.delete("/api/users/\(bob.id)").status == 204)
                #expect(try await AuditHistoryTests.list(admin, "userId=\(bob.id)").total == 0)
                #expect(
                    try await AuditHistoryTests.list(admin, "to=2021-01-01T00:00:00Z").items.allSatisfy {
                        $0.user == nil
                    }
                )
            }
        }

        @Test("Without its store the older part says so, and the newer part is there")
        func outage() async throws {
            try await AuditHistoryTests.withStore { tenant, admin, bob, databases, store in
                _ = try await AuditHistoryTests.age(2, by: bob.id, of: tenant.id, databases, store)
                let name = store.pool.configuration.database
                try databases.cluster.run("ALTER DATABASE \(name) WITH ALLOW_CONNECTIONS false")
                try databases.cluster.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)' AND usename = 'hub_app'"
                )
                let answer = try await admin.get("/api/audit-logs")
                #expect(answer.status == 503)
                #expect(answer.text.contains("The older part of the audit trail cannot be read"))
                #expect(try await admin.get("/api/audit-logs?from=2021-01-01T00:00:00Z").status == 200)
                #expect(try await admin.get("/api/projects").status == 200)
            }
        }

        // MARK: - Private

        private static func list(_ client: WebClient, _ query: String) async throws -> Page<AuditLogView> {
            try await client.get("/api/audit-logs?\(query)").decode(Page<AuditLogView>.self)
        }

        /// Puts entries of the year 2020 into the store alone, as if the shard had forgotten them.
        ///
        /// - Returns: their ids, the oldest first.
        private static func age(
            _ count: Int,
            by user: UserID,
            of tenant: TenantID,
            _ databases: HubDatabases,
            _ store: AuditDatabase
        ) async throws -> [AuditLogID] {
            let ids = try await store.pool.query(
                """
                INSERT INTO audit_logs (id, tenantId, userId, action, entityType, entityId, timestamp)
                SELECT gen_random_uuid(), \(tenant), \(user), 'LOGIN', 'user', \(user),
                       timestamptz '2020-03-01 00:00:00+00' + n * interval '7 days'
                FROM generate_series(1, \(Int32(count))) AS n RETURNING id
                """
            ).decode(AuditLogID.self)
            try await store.open([tenant])
            while try await store.seal().taken > 0 {}
            _ = try databases.inShard(
                "INSERT INTO audit_floors VALUES ('\(tenant)', '2021-01-01 00:00:00+00'), ('\(tenant)', '2020-08-01 00:00:00+00')"
            )
            return ids
        }

        private static func withStore(
            _ body:
                @Sendable (
                    SampleTenant, WebClient, (id: UserID, client: WebClient), HubDatabases, AuditDatabase
                ) async throws -> Void
        ) async throws {
            try await HubDatabases.with { databases in
                let name = try databases.cluster.createDatabase()
                try await withPool(databases.cluster.configuration(database: name)) { pool in
                    _ = try await Migrator(schema: AuditSchema.schema).apply(pool)
                    let store = AuditDatabase(region: RegionID("us")!, pool: pool)
                    let configure: (inout BackendConfiguration) -> Void = { configuration in
                        configuration.auditDatabase = databases.configuration(name, role: "hub_app")
                    }
                    try await RunningBackend.with(databases, change: configure) { backend in
                        let tenant = try await SampleTenant.create("acme", on: backend)
                        let admin = try await tenant.signedIn()
                        try await body(tenant, admin, try await tenant.member("bob", by: admin), databases, store)
                    }
                }
            }
        }
    }
}
