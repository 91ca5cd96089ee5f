import AppFixtures
import ControlApp
import Foundation
import HubModel
import HubTesting
import HubWire
import Postgres
import Testing

extension ControlAppTests {
    @Suite("Reports across shards")
    struct ReportTests {
        /// Lends a hub of two shards, `us-1` and `us-2`, whose control process would ask a third one, `us-3`, where nobody listens.
        ///
        /// `us-1` has the tenants t1–t5 and `us-2` t6–t9, each with as many projects as its number and three tasks in each.
        private func withHub(
            _ body: @Sendable (RunningControl, _ first: HubDatabases, _ second: HubDatabases) async throws -> Void
        ) async throws {
            try await HubDatabases.with { first in
                try await HubDatabases.with { second in
                    try await RunningControl.with(
                        first,
                        backends: [],
                        change: { configuration in
                            var database = first.cluster.configuration(database: second.shard)
                            database.password = PostgresPassword(first.cluster.password)
                            configuration.shardDatabases[ShardID("us-2")!] = database
                            database.hosts = [PostgresHost("127.0.0.1", 1)]
                            configuration.shardDatabases[ShardID("us-3")!] = database
                        }
                    ) { control in
                        _ = try first.inDirectory("INSERT INTO shards (id, region) VALUES ('us-2', 'us')")
                        try fill(first, first, "us-1", 1...5)
                        try fill(first, second, "us-2", 6...9)
                        try await body(control, first, second)
                    }
                }
            }
        }

        private func id(_ number: Int) -> String { "00000000-0000-7000-8000-00000000000\(number)" }

        private func fill(
            _ directory: HubDatabases,
            _ databases: HubDatabases,
            _ shard: String,
            _ numbers: ClosedRange<Int>
        ) throws {
            let rows = numbers.map { "('\(id($0))', 'ten-\($0)', '=T', '\(shard)')" }.joined(separator: ", ")
            _ = try directory.inDirectory("INSERT INTO tenants (id, subdomain, name, shard) VALUES \(rows)")
            _ = try databases.inShard(numbers.map { tenantRows($0, projects: $0) }.joined())
        }

        /// A tenant's rows on a shard.
        private func tenantRows(_ number: Int, projects: Int) -> String {
            """
            INSERT INTO tenant_ownership (tenantId, epoch, state) VALUES ('\(id(number))', 1, 'active');
            INSERT INTO tenants (id, subdomain, name, maxProjects) VALUES ('\(id(number))', 'ten-\(number)', 'T', 9);
            INSERT INTO users (tenantId, email, fullName, passwordHash)
              VALUES ('\(id(number))', 'secret@person.example', 'Secret Person', 'h');
            INSERT INTO projects (tenantId, name)
              SELECT '\(id(number))', 'Secret ' || n FROM generate_series(1, \(projects)) AS n;
            INSERT INTO tasks (tenantId, projectId, title, status, dueDate)
              SELECT tenantId, id, 'Secret', s, now() - interval '1 day'
              FROM projects, unnest(ARRAY['not-started', 'in-progress', 'completed']) AS s
              WHERE tenantId = '\(id(number))';
            """
        }

        private func report(_ path: String, _ control: RunningControl) async throws -> ReportView {
            let answer = try await control.operatorClient().get("/api/reports/\(path)")
            try #require(answer.status == 200, "\(answer.text)")
            return try answer.decode(ReportView.self)
        }

        @Test("The sums are those of plain SQL on all shards, and of each")
        func sums() async throws {
            try await withHub { control, first, second in
                let report = try await report("all?top=3", control)
                #expect(report.isComplete && report.shards.map(\.tenants) == [5, 4])
                let usage = try #require(report.usage)
                func count(_ sql: String) throws -> Int {
                    try [first, second].reduce(0) { $0 + (Int(try $1.inShard(sql).first ?? "") ?? 0) }
                }
                #expect(usage.total.tenants == 9)
                #expect(try usage.total.users == count("SELECT count(*) FROM users"))
                #expect(try usage.total.projects == count("SELECT count(*) FROM projects"))
                #expect(try usage.total.tasks == count("SELECT count(*) FROM tasks"))
                #expect(usage.total.tasks == 135 && usage.total.overdue == 90)
                #expect(
                    usage.total.notStarted == 45 && usage.total.inProgress == 45 && usage.total.completed == 45
                )
                #expect(usage.shards.map(\.figures.projects) == [15, 30])
                #expect(usage.regions.map(\.figures) == [usage.total])
                #expect(usage.mostTasks.map { $0.subdomain?.rawValue } == ["ten-9", "ten-8", "ten-7"])
                #expect(usage.mostTasks.map(\.amount) == [27, 24, 21])
                let growth = try #require(report.growth)
                #expect(growth.points.count == 30 && growth.points.last?.added == growth.added)
                #expect(growth.added.tasks == 135 && growth.added.tenants == 9)
                let limits = try #require(report.limits)
                // Of nine projects eight are 88 %; the limit of people is five.
                #expect(limits.tenants == 2 && limits.nearProjects == 2 && limits.nearUsers == 0 && limits.reached == 1)
                #expect(limits.nearest.map(\.percent) == [100, 88])
                #expect(report.inactive?.tenants == 0)
                let storage = try #require(report.storage)
                #expect(storage.largest.first?.subdomain?.rawValue == "ten-9")
                #expect(storage.tenantBytes > 0 && storage.tenantBytes < storage.databaseBytes)
            }
        }

        @Test("A tenant that is on two shards while it moves counts once, where the directory has it")
        func midMove() async throws {
            try await withHub { control, first, second in
                _ = try second.inShard(tenantRows(1, projects: 20))
                _ = try second.inShard("UPDATE tenant_ownership SET state = 'importing' WHERE tenantId = '\(id(1))'")
                let before = try await report("usage", control)
                #expect(before.usage?.total.tenants == 9 && before.usage?.total.projects == 45)
                _ = try first.inDirectory("UPDATE tenants SET shard = 'us-2', epoch = 2 WHERE id = '\(id(1))'")
                let after = try await report("usage", control)
                #expect(after.usage?.total.tenants == 9 && after.usage?.total.projects == 64)
                #expect(after.shards.map(\.tenants) == [4, 5])
                // Where the shard has it no more, that is said.
                _ = try second.inShard("DELETE FROM tenants WHERE id = '\(id(1))'")
                let gone = try await report("usage", control)
                #expect(gone.shards.map(\.absent) == [0, 1] && gone.usage?.total.tenants == 8)
            }
        }

        @Test("A shard that is down, or that this process cannot ask, is named, and the rest stands")
        func dead() async throws {
            try await withHub { control, first, second in
                _ = try first.inDirectory(
                    "INSERT INTO shards (id, region) VALUES ('us-3', 'us'), ('us-4', 'us')"
                )
                let all = try await report("usage", control)
                #expect(!all.isComplete && all.usage?.total.tenants == 9)
                #expect(
                    all.missing.map { "\($0.shard) \($0.error ?? "")" } == [
                        "us-3 its database does not answer",
                        "us-4 this hub-control has no administrator's password for it",
                    ]
                )
                let alone = try await report("usage?shard=us-3", control)
                #expect(!alone.isComplete && alone.usage?.total.tenants == 0 && alone.shards.count == 1)
                // One that was there for the last report, and is gone while its connections are open.
                try second.cluster.run(
                    """
                    ALTER DATABASE \(second.shard) ALLOW_CONNECTIONS false;
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(second.shard)'
                    """
                )
                let less = try await report("usage", control)
                #expect(
                    less.missing.map(\.shard.rawValue) == ["us-2", "us-3", "us-4"] && less.usage?.total.tenants == 5
                )
            }
        }

        @Test("While two reports are being made a third is told to come again")
        func crowd() async throws {
            try await withHub { control, _, second in
                let client = try await control.operatorClient()
                try await withPool(second.cluster.configuration(database: second.shard)) { pool in
                    let made = try await withThrowingTaskGroup(of: Int.self) { group in
                        try await pool.withTransaction { other in
                            _ = try await other.query("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
                            for _ in 1...2 { group.addTask { try await client.get("/api/reports/usage").status } }
                            try await waitFor("two reports to wait for the table") {
                                try second.inShard(
                                    """
                                    SELECT count(*) FROM pg_locks WHERE NOT granted
                                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                                    """
                                ) == ["2"]
                            }
                            let third = try await client.get("/api/reports/usage")
                            #expect(third.status == 429 && third["retry-after"] == "5")
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(made == [200, 200])
                }
                #expect(try await client.get("/api/reports/usage").status == 200)
            }
        }

        @Test("A report tells nobody's name, address or text, as JSON and as CSV, and is for super admins")
        func secrets() async throws {
            try await withHub { control, _, _ in
                let client = try await control.operatorClient()
                let json = try await client.get("/api/reports/all?top=100")
                let csv = try await client.with(["accept": "text/csv"]).get("/api/reports/all?top=100")
                #expect(csv["content-type"] == "text/csv; charset=utf-8; header=present")
                #expect(csv.text.hasPrefix("report,region,shard,tenant,date,figure,value\r\n"))
                #expect(csv.text.contains("usage,us,us-2,ten-9,,tasks,27\r\n"))
                #expect(
                    try await client.get("/api/reports/limits?format=csv").text.contains("limits,,,,,reached,1\r\n")
                )
                for text in [json.text, csv.text] {
                    #expect(!text.contains("ecret") && !text.contains("person.example") && !text.contains("=T"))
                }
                #expect(try await control.stranger.get("/api/reports/all").status == 401)
                for (path, status) in [
                    ("nothing", 404), ("usage?region=moon", 404), ("usage?shard=us-9", 404), ("usage?days=0", 400),
                    ("usage?top=101", 400), ("usage?format=xml", 400), ("usage?region=!", 400), ("usage?shard=", 400),
                ] { #expect(try await client.get("/api/reports/\(path)").status == status, "\(path)") }
            }
        }
    }
}
