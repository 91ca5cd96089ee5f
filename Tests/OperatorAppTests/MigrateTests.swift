import Foundation
import HubModel
import HubTesting
import Migrations
import Testing
import Topology

@testable import OperatorApp

extension AgainstPostgres {
    @Suite("Migrating")
    struct Migrate {
        @Test("From nothing to everything: databases, schemas and passwords with which the roles log in")
        func fromNothing() async throws {
            try await Deployment.with { deployment in
                let result = await deployment.hubctl("migrate")
                #expect(result.status == .success, "\(result.diagnostics)")
                #expect(result.output.contains("created; applied roles"))
                for database in [deployment.directory, deployment.shard] {
                    #expect(try deployment.ask(database, "SELECT count(*) FROM schema_migrations") != "0")
                }
                let verifier = try deployment.ask(
                    "postgres",
                    "SELECT rolpassword FROM pg_authid WHERE rolname = 'hub_app'"
                )
                let password = try deployment.workplace.secrets().secret(.shardAppPassword(#require(.init("us-1"))))
                    .text
                #expect(SCRAMVerifier(verifier)?.matches(password) == true)
            }
        }

        @Test("Again: nothing is to be done, and it says so in both forms")
        func again() async throws {
            try await Deployment.with { deployment in
                _ = await deployment.hubctl("migrate")
                let before = try deployment.ask(
                    "postgres",
                    "SELECT string_agg(rolpassword, ',' ORDER BY 1) FROM pg_authid"
                )
                let text = await deployment.hubctl("migrate")
                #expect(text.status == .success)
                #expect(text.output.components(separatedBy: "nothing to do").count == 3)
                let json = try await deployment.hubctl("migrate", "--format", "json").json()
                let databases = try #require(json["databases"] as? [[String: Any]])
                #expect(databases.compactMap { $0["name"] as? String } == ["directory", "us-1"])
                for database in databases {
                    #expect((database["applied"] as? [Any])?.isEmpty == true)
                    #expect((database["passwords"] as? [Any])?.isEmpty == true)
                    #expect(database["version"] as? Int == database["latestVersion"] as? Int)
                }
                let after = try deployment.ask(
                    "postgres",
                    "SELECT string_agg(rolpassword, ',' ORDER BY 1) FROM pg_authid"
                )
                #expect(before == after)
            }
        }

        @Test("A dry run tells everything and does nothing")
        func dryRun() async throws {
            try await Deployment.with { deployment in
                let result = await deployment.hubctl("migrate", "--dry-run")
                #expect(result.status == .success, "\(result.diagnostics)")
                #expect(result.output.contains("would create; would apply roles"))
                let made = try deployment.ask(
                    "postgres",
                    "SELECT count(*) FROM pg_database WHERE datname IN ('\(deployment.directory)', '\(deployment.shard)')"
                )
                #expect(made == "0")
                _ = await deployment.hubctl("migrate", "--shard", "us-1")
                let second = await deployment.hubctl("migrate", "--dry-run", "--shard", "us-1")
                #expect(second.output.contains("nothing to do"))
            }
        }

        @Test("No password is ever in a statement that the server could log")
        func passwordsUnseen() async throws {
            try await PostgresCluster.withCluster(settings: ["log_statement": "all", "wal_level": "logical"]) {
                cluster in
                try await Deployment.with(cluster: cluster) { deployment in
                    let result = await deployment.hubctl("migrate")
                    #expect(result.status == .success)
                    #expect(result.diagnostics.isEmpty, "with wal_level = logical there is nothing to warn about")
                    let log = try String(contentsOfFile: "\(cluster.directory)/postgres.log", encoding: .utf8)
                    #expect(log.contains("ALTER ROLE"))
                    for name in DatabaseTarget.Role.allInTests {
                        #expect(!log.contains(try deployment.workplace.secrets().secret(name).text), "\(name.text)")
                    }
                }
            }
        }

        @Test("Without logical WAL a note says that tenants cannot be moved, and what to do")
        func walLevel() async throws {
            try await Deployment.with { deployment in
                let result = await deployment.hubctl("migrate")
                #expect(result.diagnostics.contains("us-1: wal_level is replica"))
                #expect(result.diagnostics.contains("set wal_level = logical"))
            }
        }

        @Test("A new secret becomes the role's password at the next run")
        func newSecret() async throws {
            try await Deployment.with { deployment in
                _ = await deployment.hubctl("migrate")
                let environment = ["HUB_SECRET_SHARD_US_1_APP_PASSWORD": "another password, of this test"]
                let result = await deployment.hubctl(["migrate"], environment: environment)
                #expect(result.output.contains("set the passwords of hub_app"))
                let refused = await deployment.hubctl(
                    ["migrate"],
                    environment: ["HUB_SECRET_SHARD_US_1_APP_PASSWORD": "nicht läßlich"]
                )
                #expect(refused.status == .usage)
                #expect(refused.diagnostics.contains("shard-us-1-app-password is not printable ASCII"))
            }
        }

        @Test("A migration with another text is drift, ends with 4, and the other databases are migrated all the same")
        func drift() async throws {
            try await Deployment.with { deployment in
                _ = await deployment.hubctl("migrate", "--shard", "us-1")
                _ = try deployment.ask(
                    deployment.shard,
                    "UPDATE schema_migrations SET checksum = 'other' WHERE version = 2"
                )
                let result = await deployment.hubctl("migrate")
                #expect(result.status == .wrongSchema)
                #expect(result.diagnostics.contains("shard us-1") && result.diagnostics.contains("another text"))
                #expect(result.output.contains("directory") && !result.output.contains("us-1"))
                #expect(try deployment.ask(deployment.directory, "SELECT count(*) FROM schema_migrations") != "0")
            }
        }

        @Test("A schema that is newer than this release is left alone and ends with 4")
        func newer() async throws {
            try await Deployment.with { deployment in
                _ = await deployment.hubctl("migrate")
                _ = try deployment.ask(
                    deployment.shard,
                    "INSERT INTO schema_migrations SELECT max(version) + 1, 'future', 'x' FROM schema_migrations"
                )
                let result = await deployment.hubctl("migrate", "--shard", "us-1")
                #expect(result.status == .wrongSchema)
                #expect(result.isOneSentence)
                #expect(result.diagnostics.contains("newer program"))
            }
        }

        @Test("A wrong password, an unreachable server and a missing secret are each one sentence with what to do")
        func sentences() async throws {
            try await Deployment.with { deployment in
                let wrong = await deployment.hubctl(
                    ["migrate", "--shard", "us-1"],
                    environment: [
                        "HUB_SECRET_DIRECTORY_ADMIN_PASSWORD": "wrong", "HUB_SECRET_SHARD_US_1_ADMIN_PASSWORD": "wrong",
                    ]
                )
                #expect(wrong.status == .usage)
                #expect(wrong.isOneSentence, "\(wrong.diagnostics)")
                #expect(wrong.diagnostics.contains("refuses the password of hub_admin"))
                #expect(wrong.diagnostics.contains("shard-us-1-admin-password"))
            }
            let port = try freePort()
            try await Workplace.with(topology: Workplace.topology(shard: port)) { workplace in
                _ = await workplace.hubctl("secrets", "init")
                let unreachable = await workplace.hubctl("migrate", "--shard", "us-1")
                #expect(unreachable.status == .unreachable)
                #expect(unreachable.isOneSentence, "\(unreachable.diagnostics)")
                #expect(unreachable.diagnostics.contains("127.0.0.1:\(port)"))
                #expect(unreachable.diagnostics.contains("shards.us-1.endpoints"))
                let missing = await workplace.hubctl(["migrate"], environment: ["HUB_SECRETS_DIR": "/nowhere"])
                #expect(missing.status == .usage)
                #expect(missing.diagnostics.contains("HUB_SECRET_DIRECTORY_ADMIN_PASSWORD"))
            }
        }

        @Test("A shard that the topology lacks is not found, and the known ones are named")
        func unknownShard() async throws {
            try await Workplace.with(topology: Workplace.topology()) { workplace in
                let result = await workplace.hubctl("migrate", "--shard", "moon-1")
                #expect(result.status == .notFound)
                #expect(result.isOneSentence)
                #expect(result.diagnostics.contains("us-1"))
            }
        }
    }
}
