import AppFixtures
import BackendApp
import Credentials
import Directory
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Observability
import Postgres
import Testing

extension BackendAppTests {
    @Suite("Public keys")
    struct KeyTests {
        @Test(
            "A token of another shard's key is good once the directory knows the key, and stays good without the directory"
        )
        func otherShard() async throws {
            try await HubDatabases.with { databases in
                let folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)")
                defer { try? FileManager.default.removeItem(at: folder) }
                let keyFile = folder.appending(path: "keys.json").path
                let other = SigningKeyPair.generate()
                let (token, sample) = try await RunningBackend.with(databases, change: { $0.keyFile = keyFile }) {
                    backend in
                    let sample = try await SampleTenant.create("acme", on: backend)
                    // The session was opened on another shard, before the tenant moved here.
                    let own = try await sample.signedIn()
                    let me = try await own.get("/api/auth/me").decode(MeAnswer.self).user
                    let session = try #require(
                        try databases.inShard("SELECT id FROM sessions").first.flatMap(SessionID.init)
                    )
                    let claims = TokenClaims(
                        subject: me.id,
                        tenant: sample.id,
                        role: me.role,
                        session: session,
                        audience: "\(sample.id)",
                        issuedAt: .now(),
                        expiresAt: .now() + .seconds(600)
                    )
                    let foreign = try await TokenSigner(keyPair: other, issuer: RunningBackend.baseDomain).sign(claims)
                    #expect(try await sample.client.bearing(foreign).get("/api/auth/me").status == 401)
                    _ = try databases.inDirectory(
                        """
                        INSERT INTO signing_keys (id, issuer, publicKey)
                        VALUES ('\(other.keyID)', 'eu-1', '\(other.publicKey.text)')
                        """
                    )
                    try await waitFor("the key to be known") {
                        try await sample.client.bearing(foreign).get("/api/auth/me").status == 200
                    }
                    #expect(try await own.get("/api/auth/me").status == 200, "the shard's own key is always known")
                    return (foreign, sample)
                }

                // Started without a directory: the copy on disk serves.
                try await RunningBackend.with(
                    databases,
                    change: {
                        $0.keyFile = keyFile
                        $0.directoryDatabase.database = "nowhere"
                    }
                ) { backend in
                    let client = backend.router(sample.id).bearing(token)
                    try await waitFor("the backend to be ready") { try await client.get("/ready").status == 200 }
                    #expect(try await client.get("/api/auth/me").status == 200)
                    let directory = try await client.get("/ready").decode(Readiness.self).components
                        .first { $0.name == "directory" }
                    #expect(directory?.state == .degraded)
                }
            }
        }

        @Test("A token that is forged, unsigned or of another algorithm is refused")
        func forgedTokens() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let sample = try await SampleTenant.create("acme", on: backend)
                    let client = try await sample.signedIn()
                    let token = try #require(client.fields["authorization"]).dropFirst("Bearer ".count)
                    let parts = token.split(separator: ".")
                    let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
                    let stranger = TokenSigner(keyPair: .generate(), issuer: RunningBackend.baseDomain)
                    let me = try await client.get("/api/auth/me").decode(MeAnswer.self).user
                    let claims = TokenClaims(
                        subject: me.id,
                        tenant: sample.id,
                        role: .tenantAdmin,
                        session: .make(at: .now()),
                        audience: "\(sample.id)",
                        issuedAt: .now(),
                        expiresAt: .now() + .seconds(600)
                    )
                    let forgeries = [
                        "\(none).\(parts[1]).", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1]).\(parts[0])", "x",
                        try await stranger.sign(claims),
                        // A good signature over a session that does not exist.
                        try await TokenSigner(
                            keyPair: backend.configuration.tokenKey,
                            issuer: RunningBackend.baseDomain
                        )
                        .sign(claims),
                        // The right key under another name of the hub.
                        try await TokenSigner(keyPair: backend.configuration.tokenKey, issuer: "elsewhere").sign(
                            claims
                        ),
                    ]
                    for forgery in forgeries {
                        #expect(try await sample.client.bearing(forgery).get("/api/projects").status == 401)
                    }
                }
            }
        }
    }
}
