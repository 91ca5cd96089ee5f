import AppFixtures
import BackendApp
import FoundationEssentials
import HubModel
import HubTesting
import HubWeb
import HubWire
import Postgres
import Testing
import Topology

extension BackendAppTests {
    @Suite("Refusing to start")
    struct StartupTests {
        /// Why a backend ended, as the person who started it reads it.
        private func failure(
            _ databases: HubDatabases,
            _ change: (inout BackendConfiguration) -> Void = { _ in }
        ) async throws -> StartupFailure {
            do {
                try await RunningBackend.with(databases, isAwaited: false, change: change) { backend in
                    // The process ends by itself; until then it is not ready.
                    try await waitFor("the backend to end") {
                        do {
                            return try await backend.stranger.get("/ready").status == 200
                        } catch {
                            return true
                        }
                    }
                    throw CancellationError()
                }
                return StartupFailure("it goes on", status: .success)
            } catch {
                return StartupFailure(error)
            }
        }

        @Test("A shard without the schema is named, with the command that helps")
        func missingSchema() async throws {
            try await HubDatabases.with { databases in
                let empty = try databases.cluster.createDatabase()
                let failure = try await failure(databases) { $0.shardDatabase.database = empty }
                #expect(failure.status == .wrongSchema)
                #expect(failure.description.contains("hubctl migrate"), "\(failure)")
                #expect(failure.description.contains(empty), "\(failure)")
            }
        }

        @Test("A schema that was changed behind our back is refused")
        func drift() async throws {
            try await HubDatabases.with { databases in
                _ = try databases.inShard("UPDATE schema_migrations SET checksum = 'x' WHERE version = 1")
                let failure = try await failure(databases)
                #expect(failure.status == .wrongSchema)
                _ = try databases.inShard(
                    "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)"
                )
            }
        }

        @Test("A wrong password is told as such, without the password")
        func wrongPassword() async throws {
            try await HubDatabases.with { databases in
                let failure = try await failure(databases) {
                    $0.shardDatabase.password = PostgresPassword("not-this-one")
                }
                #expect(failure.status == .usage)
                #expect(failure.description.contains("password"), "\(failure)")
                #expect(!failure.description.contains("not-this-one"))
            }
        }

        @Test("A taken port is named, with the key that moves it")
        func takenPort() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { first in
                    let listen = try await failure(databases) {
                        $0.listen = Endpoint(host: "127.0.0.1", port: first.port)
                    }
                    #expect(listen.status == .refused)
                    #expect(listen.description.contains("127.0.0.1:\(first.port)"), "\(listen)")
                    #expect(listen.description.contains("backends.backend-us-1.listen"), "\(listen)")
                    let admin = try await failure(databases) {
                        $0.admin = Endpoint(host: "127.0.0.1", port: first.adminPort)
                    }
                    #expect(admin.status == .refused)
                    #expect(admin.description.contains("backends.backend-us-1.admin"), "\(admin)")
                }
            }
        }

        @Test("A missing or useless secret is named")
        func secrets() async throws {
            try await HubDatabases.with { databases in
                func failure(without name: String, instead: String? = nil) throws -> StartupFailure? {
                    do {
                        var secrets = databases.secrets
                        secrets[name] = instead
                        _ = try BackendConfiguration(
                            name: "backend-us-1",
                            topology: databases.topology(stateDirectory: "unused"),
                            secrets: Secrets(environment: secrets)
                        )
                        return nil
                    } catch {
                        return StartupFailure(error)
                    }
                }
                for name in [
                    "HUB_SECRET_SHARD_US_1_APP_PASSWORD", "HUB_SECRET_ROUTER_SIGNING_KEY",
                    "HUB_SECRET_SHARD_US_1_TOKEN_KEY",
                ] {
                    let missing = try #require(try failure(without: name))
                    #expect(missing.status == .usage)
                    #expect(missing.description.contains(name), "\(missing)")
                }
                let short = try #require(try failure(without: "HUB_SECRET_ROUTER_SIGNING_KEY", instead: "short"))
                #expect(short.description.contains("at least 32 bytes"), "\(short)")
                let key = try #require(try failure(without: "HUB_SECRET_SHARD_US_1_TOKEN_KEY", instead: "no key"))
                #expect(key.status == .usage && key.description.contains("shard-us-1-token-key"), "\(key)")
                #expect(throws: TopologyError.self) {
                    _ = try BackendConfiguration(
                        name: "backend-eu-9",
                        topology: databases.topology(stateDirectory: "unused"),
                        secrets: Secrets(environment: databases.secrets)
                    )
                }
            }
        }
    }
}
