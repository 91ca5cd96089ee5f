import Credentials
import Foundation
import HubModel
import HubTesting
import Testing
import Topology

@testable import OperatorApp

@Suite("The demonstration's companies")
struct DemoCompanyTests {
    @Test("They are the three of the manual, with accounts exactly as it says")
    func documented() {
        #expect(DemoCompany.catalog.map { "\($0.subdomain) \($0.region)" } == ["demo us", "globex eu", "initech apac"])
        for company in DemoCompany.catalog {
            let accounts = company.people.map { "\($0.email) \($0.password) \($0.role.rawValue)" }
            #expect(
                accounts == [
                    "admin@\(company.subdomain).com Demo@123 tenant_admin",
                    "user1@\(company.subdomain).com User@123 user",
                    "user2@\(company.subdomain).com User@123 user",
                ]
            )
        }
    }

    @Test("Every task belongs to somebody who exists, and every text fits its column")
    func consistent() {
        for company in DemoCompany.catalog {
            #expect(company.name.count <= 100 && company.projects.count <= DemoCompany.maxProjects)
            for project in company.projects {
                #expect((1...200).contains(project.name.count) && !project.tasks.isEmpty)
                for task in project.tasks {
                    #expect((1...200).contains(task.title.count))
                    #expect(task.assignee.map { company.people.indices.contains($0) } ?? true)
                }
            }
        }
    }
}

extension AgainstPostgres {
    @Suite("Seeding the demonstration")
    struct DemoSeed {
        @Test(
            "Twice is once: the tenants of the topology's regions, complete, with limits, audit trail and accounts that hold"
        )
        func twice() async throws {
            try await Deployment.withRunning { deployment in
                let first = await deployment.hubctl("demo", "seed")
                #expect(first.status == .success, "\(first.diagnostics)")
                #expect(
                    first.output.contains("admin@demo.com") && first.output.contains("http://demo.hub.localhost:8080")
                )
                #expect(first.diagnostics.contains("no region eu, so globex is left out"))
                let counts = """
                    SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM users), (SELECT count(*) FROM projects),
                           (SELECT count(*) FROM tasks), (SELECT count(*) FROM audit_logs)
                    """
                let company = try #require(DemoCompany.catalog.first)
                let tasks = company.projects.reduce(0) { $0 + $1.tasks.count }
                let audits = 1 + 3 + company.projects.count + tasks
                let expected = "1|3|\(company.projects.count)|\(tasks)|\(audits)"
                #expect(try deployment.ask(deployment.shard, counts) == expected)
                let limits = try deployment.ask(deployment.shard, "SELECT name, maxUsers, maxProjects FROM tenants")
                #expect(limits == "Demo Company|100|200")
                let second = await deployment.hubctl("demo", "seed")
                #expect(second.status == .success)
                #expect(second.output.contains("kept") && !second.output.contains("created"))
                #expect(try deployment.ask(deployment.shard, counts) == expected)
                let hash = try deployment.ask(
                    deployment.shard,
                    "SELECT passwordHash FROM users WHERE email = 'user2@demo.com'"
                )
                #expect(try await PasswordHasher(cost: 4).verify("User@123", hash: hash))
                let tenant = try deployment.ask(
                    deployment.directory,
                    "SELECT subdomain, shard, epoch, state FROM tenants"
                )
                #expect(tenant == "demo|us-1|1|active")
            }
        }

        @Test("In JSON the tenants and their accounts are one document")
        func json() async throws {
            try await Deployment.withRunning { deployment in
                let result = await deployment.hubctl("demo", "seed", "--format", "json")
                let tenants = try #require(try result.json()["tenants"] as? [[String: Any]])
                #expect(tenants.count == 1)
                #expect((tenants[0]["accounts"] as? [Any])?.count == 3)
                #expect(tenants[0]["created"] as? Bool == true)
            }
        }

        @Test("What fails on the shard leaves no name behind, and the next try succeeds")
        func undone() async throws {
            try await Deployment.withRunning { deployment in
                _ = try deployment.ask(deployment.shard, "REVOKE INSERT ON tasks FROM hub_app")
                let failed = await deployment.hubctl("demo", "seed")
                #expect(failed.status == .failed)
                #expect(try deployment.ask(deployment.shard, "SELECT count(*) FROM tenants") == "0")
                #expect(try deployment.ask(deployment.shard, "SELECT count(*) FROM tenant_ownership") == "0")
                #expect(try deployment.ask(deployment.directory, "SELECT count(*) FROM tenants") == "0")
                _ = try deployment.ask(deployment.shard, "GRANT INSERT ON tasks TO hub_app")
                let again = await deployment.hubctl("demo", "seed")
                #expect(again.status == .success, "\(again.diagnostics)")
            }
        }

        @Test("A sign-up of the same name that is under way is told, not fought")
        func underWay() async throws {
            try await Deployment.withRunning { deployment in
                _ = try deployment.ask(
                    deployment.directory,
                    """
                    INSERT INTO registrations (id, tenantId, subdomain, tenantName, shard, leaseUntil)
                    VALUES (gen_random_uuid(), gen_random_uuid(), 'demo', 'Demo', 'us-1', now() + interval '1 minute')
                    """
                )
                let result = await deployment.hubctl("demo", "seed")
                #expect(result.status == .refused)
                #expect(result.diagnostics.contains("try again in a minute"))
            }
        }
    }
}
