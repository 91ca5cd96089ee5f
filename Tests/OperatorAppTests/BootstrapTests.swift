import Credentials
import HubTesting
import Testing
import Topology

@testable import OperatorApp

extension DatabaseTarget.Role {
    /// The secrets that are passwords of the tests' deployment.
    static let allInTests: [SecretName] = [
        .directoryRouterPassword, .directoryControlPassword, .directoryBackendPassword, .routerSigningKey,
    ]
}

extension AgainstPostgres {
    @Suite("Bootstrapping the directory")
    struct Bootstrap {
        @Test("Applying the topology twice changes the directory once")
        func applyTwice() async throws {
            try await Deployment.withRunning { deployment in
                let version = try deployment.ask(deployment.directory, "SELECT version FROM directory_version")
                #expect(version != "0")
                let shards = try deployment.ask(deployment.directory, "SELECT id, region, state FROM shards")
                #expect(shards == "us-1|us|open")
                let again = await deployment.hubctl("topology", "apply", "--format", "json")
                #expect(again.status == .success)
                let parts = try #require(try again.json()["parts"] as? [[String: Any]])
                #expect(parts.count == 4)
                for part in parts {
                    for change in ["added", "changed", "removed"] { #expect((part[change] as? [Any])?.isEmpty == true) }
                }
                #expect(try deployment.ask(deployment.directory, "SELECT version FROM directory_version") == version)
            }
        }

        @Test("The public half of every token key is published; a replaced key is retired and still known")
        func signingKeys() async throws {
            try await Deployment.withRunning { deployment in
                let issuers = "SELECT issuer FROM signing_keys WHERE retiredAt IS NULL ORDER BY 1"
                #expect(try deployment.ask(deployment.directory, issuers) == "control\nus-1")
                let key = SigningKeyPair.generate()
                let environment = ["HUB_SECRET_SHARD_US_1_TOKEN_KEY": key.privateKeyText]
                let result = await deployment.hubctl(["topology", "apply"], environment: environment)
                #expect(result.status == .success, "\(result.diagnostics)")
                #expect(try deployment.ask(deployment.directory, issuers) == "control\nus-1")
                let current = "SELECT id FROM signing_keys WHERE issuer = 'us-1' AND retiredAt IS NULL"
                #expect(try deployment.ask(deployment.directory, current) == key.publicKey.keyID)
                #expect(try deployment.ask(deployment.directory, "SELECT count(*) FROM signing_keys") == "3")
                let stored = try deployment.ask(
                    deployment.directory,
                    "SELECT string_agg(publicKey, ' ') FROM signing_keys"
                )
                #expect(!stored.contains(key.privateKeyText))
                let wrong = await deployment.hubctl(
                    ["topology", "apply"],
                    environment: ["HUB_SECRET_CONTROL_TOKEN_KEY": "not a key"]
                )
                #expect(wrong.status == .usage)
                #expect(wrong.isOneSentence, "\(wrong.diagnostics)")
            }
        }

        @Test("On a database without a schema, or with an older one, a command names hubctl migrate and ends with 4")
        func olderSchema() async throws {
            try await Deployment.with { deployment in
                let missing = await deployment.hubctl("topology", "apply")
                #expect(missing.status == .wrongSchema)
                #expect(missing.isOneSentence, "\(missing.diagnostics)")
                #expect(missing.diagnostics.contains("hubctl migrate"))
                _ = await deployment.hubctl("migrate")
                let last = "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)"
                _ = try deployment.ask(deployment.directory, last)
                let older = await deployment.hubctl("superadmin", "create", "--email", "ada@example.com")
                #expect(older.status == .wrongSchema)
                #expect(older.isOneSentence, "\(older.diagnostics)")
                #expect(older.diagnostics.contains("hubctl migrate"))
            }
        }

        @Test("A super admin is made once, with a password that holds")
        func superAdmin() async throws {
            try await Deployment.withRunning { deployment in
                let arguments = ["superadmin", "create", "--email", "Ada@Example.com", "--name", "Ada"]
                let environment = ["HUB_SECRET_SUPERADMIN_PASSWORD": "Admin@123"]
                let first = await deployment.hubctl(arguments, environment: environment)
                #expect(first.status == .success, "\(first.diagnostics)")
                #expect(first.output == "created the super admin ada@example.com\n")
                let hash = try deployment.ask(deployment.directory, "SELECT passwordHash FROM users")
                #expect(try await PasswordHasher(cost: 4).verify("Admin@123", hash: hash))
                let second = await deployment.hubctl(
                    arguments,
                    environment: ["HUB_SECRET_SUPERADMIN_PASSWORD": "something else"]
                )
                #expect(second.status == .success)
                #expect(second.output.contains("exists already"))
                #expect(try deployment.ask(deployment.directory, "SELECT passwordHash FROM users") == hash)
                let audit = "SELECT action, entityType FROM audit_logs"
                #expect(try deployment.ask(deployment.directory, audit) == "CREATE_USER|user")
            }
        }

        @Test("A super admin's password is read from standard input, and refused when it is too short")
        func superAdminPassword() async throws {
            try await Deployment.withRunning { deployment in
                let arguments = ["superadmin", "create", "--email", "ada@example.com", "--password-stdin"]
                let short = await deployment.workplace.hubctl(arguments, answers: ["short"])
                #expect(short.status == .usage)
                let none = await deployment.workplace.hubctl(arguments)
                #expect(none.status == .usage)
                #expect(none.isOneSentence)
                let good = await deployment.workplace.hubctl(arguments, answers: ["long enough"])
                #expect(good.status == .success, "\(good.diagnostics)")
                #expect(!good.output.contains("long enough") && !good.diagnostics.contains("long enough"))
            }
        }
    }
}
