import FoundationEssentials
import HubModel
import Testing
import Topology

@Suite("Secrets")
struct SecretsTests {
    private let shard = ShardID("us-1")!

    /// Lends a folder with one file, which is removed afterwards.
    private func withFile<Result>(
        _ name: String,
        _ content: String,
        _ body: (String) throws -> Result
    ) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hub-secrets-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(content.utf8).write(to: folder.appending(path: name))
        return try body(folder.path)
    }

    @Test("The environment takes precedence over the file")
    func precedence() throws {
        try withFile("shard-us-1-app-password", "from the file") { folder throws in
            let variables = ["HUB_SECRET_SHARD_US_1_APP_PASSWORD": "from the environment"]
            let both = Secrets(environment: variables, directory: folder)
            #expect(try both.secret(.shardAppPassword(shard)).text == "from the environment")
            let file = Secrets(environment: ["HUB_SECRETS_DIR": folder])
            #expect(try file.secret(.shardAppPassword(shard)).text == "from the file")
        }
    }

    @Test(
        "One line break at the end of a file is not part of the secret",
        arguments: [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a ")]
    )
    func lineBreak(content: String, text: String) throws {
        try withFile("router-signing-key", content) { folder throws in
            #expect(try Secrets(environment: [:], directory: folder).secret(.routerSigningKey).text == text)
        }
    }

    @Test("A secret that is nowhere is told with both places")
    func missing() throws {
        let secrets = Secrets(environment: ["HUB_SECRETS_DIR": "/nowhere"])
        let error = #expect(throws: SecretError.self) { try secrets.secret(.redisPassword(RegionID("eu")!)) }
        #expect(
            error?.description
                == "secret redis-eu-password (password of the region's Redis): expected it in the environment variable HUB_SECRET_REDIS_EU_PASSWORD or the file /nowhere/redis-eu-password, but there is none"
        )
        let none = #expect(throws: SecretError.self) { try Secrets(environment: [:]).secret(.controlTokenKey) }
        #expect(none?.description.contains("a file of the folder that HUB_SECRETS_DIR names") == true)
    }

    @Test("An empty secret is none", arguments: ["", "\n"])
    func empty(content: String) throws {
        try withFile("router-signing-key", content) { folder throws in
            let secrets = Secrets(environment: [:], directory: folder)
            #expect(throws: SecretError.self) { try secrets.secret(.routerSigningKey) }
        }
        let secrets = Secrets(environment: ["HUB_SECRET_ROUTER_SIGNING_KEY": content])
        #expect(throws: SecretError.self) { try secrets.secret(.routerSigningKey) }
    }

    @Test("A folder in place of the file is told as unreadable")
    func unreadable() throws {
        try withFile("x", "") { folder throws in
            let path = folder + "/router-signing-key"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let secrets = Secrets(environment: [:], directory: folder)
            let error = #expect(throws: SecretError.self) { try secrets.secret(.routerSigningKey) }
            #expect(error?.code == .unreadable)
        }
    }

    @Test("A secret is shown by no way of printing it")
    func redacted() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump([secret], to: &dumped)
        for text in ["\(secret)", "\([secret])", String(reflecting: secret), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test("A deployment's secrets are those of its directory, shards and regions, each with a name of its own")
    func all() throws {
        let names = SecretName.all(for: try Fixture.topology()).map(\.text)
        #expect(
            names == [
                "directory-admin-password", "directory-router-password", "directory-control-password",
                "directory-backend-password", "router-signing-key", "control-token-key", "shard-us-1-admin-password",
                "shard-us-1-app-password", "shard-us-1-token-key", "redis-us-password",
            ]
        )
    }
}
