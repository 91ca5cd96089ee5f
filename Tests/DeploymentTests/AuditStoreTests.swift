import AppFixtures
import Foundation
import NIOHTTP1
import Testing

extension DeploymentTests {
    @Suite("A deployment with audit stores")
    struct AuditStore {
        @Test(
            "The trail leaves the shard, follows its tenant, goes into a file and comes back; who changes it is found out"
        )
        func life() async throws {
            let prepare = { (deployment: inout Deployment) in deployment.upArguments = ["--audit-stores"] }
            try await Deployment.withDeployment(prepare) { deployment in
                let demo = try await deployment.administrator(of: "demo")
                // What happened half a year ago.
                _ = try await Self.sql(
                    """
                    SELECT hub_create_audit_partitions(now() - interval '6 months', now());
                    INSERT INTO audit_logs (tenantId, userId, action, entityType, timestamp)
                      SELECT tenantId, id, 'LOGIN', 'user', date_trunc('month', now(), 'UTC') - interval '150 days' + n * interval '1 hour'
                      FROM users CROSS JOIN generate_series(1, 10) AS n
                    """,
                    at: 11,
                    "hub_shard",
                    "shard-us-1",
                    deployment
                )
                let total = try await Self.total(demo)
                try await eventually("everything is sealed") { try await Self.entries("us", deployment) >= total }
                // Whoever keeps the store is followed by another, who sees to old months at once.
                try deployment.kill9("control")
                try await eventually("the shard has forgotten the old months") {
                    let floors = try await Self.sql(
                        "SELECT count(*) FROM audit_floors",
                        at: 11,
                        "hub_shard",
                        "shard-us-1",
                        deployment
                    )
                    return floors != "0"
                }
                #expect(try await Self.total(demo) == total)

                let month = try await Self.sql(
                    "SELECT to_char(min(timestamp) AT TIME ZONE 'UTC', 'YYYY-MM') FROM audit_trail",
                    at: 17,
                    "hub_audit",
                    "audit-us",
                    deployment
                )
                try await Self.move(demo, total, month, deployment)
                try await Self.tamper(demo, deployment)
                try await Self.erase(deployment)
            }
        }

        /// To another region while its people work.
        private static func move(
            _ demo: HubClient,
            _ total: Int,
            _ month: String,
            _ deployment: Deployment
        ) async throws {
            async let writes = withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    var created = 0
                    for number in 0..<40 {
                        let answer = try await demo.post("/api/projects", ["name": "During \(number)"])
                        #expect(answer.status == 201, "\(answer.text)")
                        created += 1
                    }
                    return created
                }
                return try await group.next() ?? 0
            }
            let moved = try await deployment.hubctl("move", "run", "demo", "--to", "eu-1", "--yes")
            #expect(moved.status == 0, "\(moved.output) \(moved.errors)")
            let created = try await writes
            #expect(try await self.total(demo) >= total + created)
            try await eventually("the chain has followed, and nothing of it is left behind") {
                let places = try await deployment.hubctl("tenants", "where", "demo", "--format", "json")
                guard
                    let shards = try JSONSerialization.jsonObject(with: Data(places.output.utf8))
                        as? [[String: any Sendable]]
                else { return false }
                let holding = shards.filter { !(($0["auditTrail"] as? [Any]) ?? []).isEmpty }
                return holding.compactMap { $0["shard"] as? String } == ["eu-1"]
            }
            let now = try await self.total(demo)
            try await eventually("all of it is sealed where it is now") {
                let verified = try await deployment.hubctl("audit", "verify", "demo", "--format", "json")
                #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
                let report =
                    try JSONSerialization.jsonObject(with: Data(verified.output.utf8)) as? [String: any Sendable]
                #expect(report?["region"] as? String == "eu")
                return report?["entries"] as? Int ?? 0 >= now
            }
            try await archive(demo, now, month, deployment)
        }

        /// Into a file and back.
        private static func archive(
            _ demo: HubClient,
            _ total: Int,
            _ month: String,
            _ deployment: Deployment
        ) async throws {
            let folder = deployment.home.path
            let archived = try await deployment.hubctl(
                "audit",
                "archive",
                "--region",
                "eu",
                "--month",
                month,
                "--to",
                folder,
                "--yes"
            )
            #expect(archived.status == 0, "\(archived.errors)")
            #expect(try await self.total(demo) < total)
            let back = try await deployment.hubctl("move", "plan", "demo", "--to", "us-1")
            #expect((back.output + back.errors).contains("archived in region eu"), "\(back.output)")
            let file = "\(folder)/audit-eu-\(month).jsonl.gz"
            let attached = try await deployment.hubctl("audit", "attach", file)
            #expect(attached.status == 0, "\(attached.errors)")
            #expect(try await self.total(demo) == total)
            #expect(try await deployment.hubctl("audit", "attach", file).status == 5, "it is there")
        }

        /// A superuser who edits, and a proof that was kept.
        private static func tamper(_ demo: HubClient, _ deployment: Deployment) async throws {
            let id = try #require(
                try await demo.get("/api/audit-logs?limit=1&action=CREATE_PROJECT").items.first?["id"]
            )
            let proof = try await demo.get("/api/audit-logs/\(id)/proof")
            #expect(proof.status == 200, "\(proof.text)")
            let file = deployment.home.appending(path: "proof.json")
            try Data(proof.text.utf8).write(to: file)
            #expect(try await deployment.hubctl("audit", "verify", "--proof", file.path).status == 0)
            try Data(proof.text.replacingOccurrences(of: "During", with: "Later").utf8).write(to: file)
            #expect(try await deployment.hubctl("audit", "verify", "--proof", file.path).status == 1)
            _ = try await sql(
                "UPDATE audit_trail SET action = 'DELETE_PROJECT' WHERE id = '\(id)'",
                at: 18,
                "hub_audit",
                "audit-eu",
                deployment
            )
            let verified = try await deployment.hubctl("audit", "verify", "demo")
            #expect(verified.status == 1)
            #expect(verified.output.contains("entry \(id)"), "\(verified.output)")
        }

        /// A tenant that is erased is in no store any more, nor among the witnesses.
        private static func erase(_ deployment: Deployment) async throws {
            let globex = try await deployment.administrator(of: "globex")
            let me = try await globex.get("/api/auth/me").object
            let id = try #require((me["tenant"] as? [String: any Sendable])?["id"] as? String)
            func rows() async throws -> String {
                try await sql(
                    """
                    SELECT (SELECT count(*) FROM audit_trail WHERE tenantId = '\(id)')
                         + (SELECT count(*) FROM audit_seals WHERE tenantId = '\(id)')
                         + (SELECT count(*) FROM audit_logs WHERE tenantId = '\(id)')
                    """,
                    at: 18,
                    "hub_audit",
                    "audit-eu",
                    deployment
                )
            }
            #expect(try await rows() != "0")
            let erased = try await deployment.hubctl("tenants", "erase", "globex", "--yes")
            #expect(erased.status == 0, "\(erased.errors)")
            try await eventually("the store has forgotten it") { try await rows() == "0" }
            try await eventually("the directory has forgotten its chain") {
                let known = try await sql(
                    """
                    SELECT (SELECT count(*) FROM audit_chains WHERE tenantId = '\(id)')
                         + (SELECT count(*) FROM audit_witnesses WHERE tenantId = '\(id)')
                    """,
                    at: 10,
                    "hub_directory",
                    "directory",
                    deployment
                )
                return known == "0"
            }
        }

        private static func total(_ client: HubClient) async throws -> Int {
            let answer = try await client.get("/api/audit-logs?limit=1")
            #expect(answer.status == 200, "\(answer.text)")
            return try #require(try answer.object["total"] as? Int)
        }

        /// How many entries a region's store has sealed.
        private static func entries(_ region: String, _ deployment: Deployment) async throws -> Int {
            let status = try await deployment.hubctl("audit", "status", "--format", "json")
            let report = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: any Sendable]
            let stores = report?["stores"] as? [[String: any Sendable]] ?? []
            return stores.first { $0["region"] as? String == region }?["entries"] as? Int ?? 0
        }

        private static func sql(
            _ sql: String,
            at offset: Int,
            _ database: String,
            _ secret: String,
            _ deployment: Deployment
        ) async throws -> String {
            let file = deployment.home.appending(path: "secrets/\(secret)-admin-password")
            let password = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            let result = try await Command.run(
                URL(filePath: "/usr/bin/env"),
                [
                    "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
                    "\(deployment.port + offset)", "-U", "hub_admin", "-d", database, "-c", sql,
                ],
                environment: deployment.environment.merging(["PGPASSWORD": password]) { $1 }
            )
            #expect(result.status == 0, "\(result.errors)")
            return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
