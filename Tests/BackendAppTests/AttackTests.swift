import AppFixtures
import Credentials
import Crypto
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Observability
import Testing
import Topology

@testable import BackendApp

/// One attack a test; the test's name is the attack. Others are where their subject is: forged tokens with the keys,
/// guessing with the throttle, other tenants' objects with the isolation.
extension BackendAppTests {
    @Suite("Attacks")
    struct AttackTests {
        private static func login(
            _ client: WebClient,
            _ email: String,
            _ password: String = SampleTenant.password
        ) async throws -> WebAnswer {
            try await client.post("/api/auth/login", LoginRequest(email: email, password: password))
        }

        @Test("Signing in with the first 72 bytes of a longer password, where bcrypt itself sees no difference")
        func truncatedPassword() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let longest = String(repeating: "é", count: 36)
                let tooLong = ["email": "long@example.com", "password": longest + "x", "fullName": "Long"]
                #expect(try await admin.post("/api/users", tooLong).wrongFields == ["password"])
                let fits = ["email": "long@example.com", "password": longest, "fullName": "Long"]
                #expect(try await admin.post("/api/users", fits).status == 201)
                for wrong in [longest + "x", longest + "\0", String(longest.dropLast()), longest + longest] {
                    #expect(try await Self.login(tenant.client, "long@example.com", wrong).status == 401)
                }
                let right = try await Self.login(tenant.client, "long@example.com", longest)
                let client = tenant.client.bearing(try right.decode(LoginAnswer.self).token)
                let change = ["currentPassword": longest, "newPassword": longest + "x"]
                #expect(try await client.put("/api/auth/password", change).wrongFields == ["newPassword"])
                let nul = ["currentPassword": longest, "newPassword": "12345678\0abc"]
                #expect(try await client.put("/api/auth/password", nul).wrongFields == ["newPassword"])
            }
        }

        @Test("Becoming an administrator, or a super admin, by asking for it in every body that is accepted")
        func escalation() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    let admin = try await tenant.signedIn()
                    let bob = try await tenant.member("bob", by: admin)
                    let own = "/api/users/\(bob.id)"
                    for role in ["tenant_admin", "super_admin", "SUPER_ADMIN", "root", "", "tenant_admin\\u0000"] {
                        let answer = try await bob.client.put(own, json: #"{"role": "\#(role)"}"#)
                        #expect([400, 403].contains(answer.status), "\(role): \(answer.status)")
                        let both = try await bob.client.put(own, json: #"{"fullName": "Bob", "role": "\#(role)"}"#)
                        #expect([400, 403].contains(both.status), "\(role): \(both.status)")
                    }
                    // Members that the contract does not know, and one name twice.
                    for json in [
                        #"{"fullName": "Bob", "tenantId": "\#(TenantID.make(at: .now()))"}"#,
                        #"{"fullName": "Bob", "isAdmin": true, "Role": "tenant_admin"}"#,
                        #"{"fullName": "Bob", "passwordHash": "x", "id": "\#(UserID.make(at: .now()))"}"#,
                    ] { _ = try await bob.client.put(own, json: json) }
                    for role in ["super_admin", "SUPER_ADMIN"] {
                        #expect(try await admin.put(own, json: #"{"role": "\#(role)"}"#).status == 400)
                        let new = ["email": "x@example.com", "password": "12345678", "fullName": "X", "role": role]
                        #expect(try await admin.post("/api/users", new).status == 400)
                    }
                    #expect(
                        try databases.inShard("SELECT email, role, tenantId = '\(tenant.id)' FROM users ORDER BY email")
                            == ["admin@acme.com|tenant_admin|t", "bob@example.com|user|t"]
                    )
                    // A token that claims a higher role than the database knows is worth what the database says.
                    let sessions = try databases.inShard("SELECT id FROM sessions WHERE userId = '\(bob.id)'")
                    let claims = TokenClaims(
                        subject: bob.id,
                        tenant: tenant.id,
                        role: .superAdmin,
                        session: try #require(SessionID(sessions[0])),
                        audience: "\(tenant.id)",
                        issuedAt: .now(),
                        expiresAt: .now() + .seconds(600)
                    )
                    let signer = TokenSigner(keyPair: backend.configuration.tokenKey, issuer: RunningBackend.baseDomain)
                    let inflated = tenant.client.bearing(try await signer.sign(claims))
                    #expect(try await inflated.get("/api/audit-logs").status == 403)
                    #expect(try await inflated.get("/api/auth/me").decode(MeAnswer.self).user.role == .user)
                }
            }
        }

        @Test(
            "Fixing a session beforehand: a token planted before the sign-in is not the one that is signed in after it"
        )
        func fixation() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let mallory = try await tenant.member("mallory", by: admin)
                let planted = try #require(mallory.client.fields["authorization"]).dropFirst("Bearer ".count)
                let victim = tenant.client.with(["cookie": "__Host-hub=\(planted)"])
                let answer = try await victim.submit(
                    "/sign-in",
                    ["email": tenant.email, "password": SampleTenant.password]
                )
                #expect(answer.status == 303)
                let cookie = try #require(answer.cookie)
                #expect(cookie != "__Host-hub=\(planted)")
                let signedIn = try await tenant.client.with(["cookie": cookie]).get("/api/auth/me")
                #expect(try signedIn.decode(MeAnswer.self).user.email == tenant.email)
                let still = try await mallory.client.get("/api/auth/me").decode(MeAnswer.self)
                #expect(still.user.id == mallory.id, "the planted one is no more than it was")
                // Neither does signing in again reuse anything.
                let tokens = try await [
                    Self.login(tenant.client, tenant.email), Self.login(tenant.client, tenant.email),
                ]
                .map { try $0.decode(LoginAnswer.self).token }
                #expect(tokens[0] != tokens[1])
            }
        }

        @Test("Riding on somebody's cookie from a sibling subdomain, to change something or to sign them in as another")
        func crossSite() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let login = try await Self.login(tenant.client, tenant.email)
                let browser = tenant.client.with([
                    "cookie": try #require(login.cookie), "host": "acme.hub.test",
                ])
                let origins = [
                    "http://evil.hub.test", "http://hub.test", "http://acme.hub.test.evil.example",
                    "http://evil-acme.hub.test", "http://acme.hub.test:81", "null", "", "http://acme.hub.test/",
                    "ftp://acme.hub.test", "http://ACME.hub.test@evil.example",
                ]
                for origin in origins {
                    let page = browser.with(["origin": origin])
                    #expect(try await page.post("/api/projects", ["name": "x"]).status == 403, "\(origin)")
                    #expect(try await page.send("POST", "/api/auth/logout").status == 403, "\(origin)")
                    let form = page.with(["content-type": "application/x-www-form-urlencoded"])
                    for path in ["/projects", "/sign-in", "/sign-out"] {
                        let body = Array("name=x&email=\(tenant.email)&password=\(SampleTenant.password)".utf8)
                        let answer = try await form.send("POST", path, body: body)
                        #expect(answer.status == 403 && answer["set-cookie"] == nil, "\(path) from \(origin)")
                    }
                }
                // What a page may send without being asked first: a form, and text.
                for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
                    let page = browser.with(["origin": "http://acme.hub.test", "content-type": type])
                    let answer = try await page.send("POST", "/api/projects", body: Array(#"{"name": "x"}"#.utf8))
                    #expect(answer.status == 415, "\(type)")
                }
                #expect(try await browser.get("/api/auth/me").status == 200, "still signed in")
                #expect(try await admin.get("/api/projects").decode(Page<ProjectView>.self).total == 0)
                let answer = try await browser.with(["origin": "http://evil.hub.test"]).get("/api/projects")
                #expect(answer["access-control-allow-origin"] == nil)
            }
        }

        @Test("Tossing a second cookie in, from a sibling subdomain or under a name that looks alike")
        func cookieTossing() async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let mallory = try await tenant.member("mallory", by: admin)
                let theirs = try #require(mallory.client.fields["authorization"]).dropFirst("Bearer ".count)
                let login = try await Self.login(tenant.client, tenant.email)
                let own = try #require(login.cookie)
                #expect(
                    login["set-cookie"]?.hasPrefix("__Host-") == true
                        && login["set-cookie"]?.contains("Path=/; Secure") == true
                        && login["set-cookie"]?.lowercased().contains("domain") == false,
                    "browsers refuse the name from any other host, and over plain connections"
                )
                for cookies in [
                    "__Host-hub=\(theirs); \(own)", "\(own); __Host-hub=\(theirs)", "\(own);__Host-hub=\(theirs)",
                    "\(own); __Host-hub=", "\(own); __Host-hub =\(theirs)",
                ] {
                    let answer = try await tenant.client.with(["cookie": cookies]).get("/api/auth/me")
                    #expect(answer.status == 401, "whose is whose cannot be told: \(cookies.prefix(40))")
                }
                for others in ["hub=\(theirs)", "__host-hub=\(theirs)", "__Secure-hub=\(theirs)", "token=\(theirs)"] {
                    #expect(try await tenant.client.with(["cookie": others]).get("/api/auth/me").status == 401)
                    let beside = tenant.client.with(["cookie": "\(others); \(own)"])
                    #expect(try await beside.get("/api/auth/me").decode(MeAnswer.self).user.email == tenant.email)
                }
            }
        }

        @Test("Signing a token oneself: no algorithm, the public key as a secret, another tenant, a key of one's own")
        func forgedTokens() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let globex = try await SampleTenant.create("globex", on: backend)
                    let client = try await acme.signedIn()
                    let token = try #require(client.fields["authorization"]).dropFirst("Bearer ".count)
                    let parts = token.split(separator: ".").map(String.init)
                    let key = backend.configuration.tokenKey
                    let secret = try #require(Data(base64Encoded: key.publicKey.text))
                    var forgeries: [String] = []
                    for algorithm in ["none", "None", "NONE", "nOnE", "HS256", "HS512", "RS256", "ES256", "EdDSA "] {
                        let header = #"{"alg":"\#(algorithm)","typ":"JWT","kid":"\#(key.keyID)"}"#
                        let text = Base64URL.encode(Array(header.utf8)) + "." + parts[1]
                        let code = HMAC<SHA256>.authenticationCode(
                            for: Array(text.utf8),
                            using: SymmetricKey(data: secret)
                        )
                        forgeries += [
                            "\(text).", "\(text).\(parts[2])", "\(text).\(Base64URL.encode(Array(code)))", text,
                        ]
                    }
                    for forgery in forgeries {
                        #expect(try await acme.client.bearing(forgery).get("/api/auth/me").status == 401, "\(forgery)")
                    }
                    for place in [globex.client, backend.stranger] {
                        let status = try await place.bearing(String(token)).get("/api/auth/me").status
                        #expect(status == (place.fields.isEmpty ? 403 : 401))
                    }
                    // The Authorization field wins over the cookie; a bad one is not made good by it.
                    let both = acme.client.with(["cookie": "__Host-hub=\(token)"]).bearing("x.y.z")
                    #expect(try await both.get("/api/auth/me").status == 401)
                    #expect(try await client.get("/api/auth/me").status == 200)
                }
            }
        }

        @Test("Asking a backend directly, with a router's fields made up, replayed for another tenant, or twice")
        func direct() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let globex = try await SampleTenant.create("globex", on: backend)
                    let token = try #require(try await acme.signedIn().fields["authorization"])
                    let genuine = acme.client.fields
                    var attempts: [[String: String]] = [[:]]
                    attempts.append([HubHeader.tenant: "\(acme.id)", HubHeader.epoch: "1"])
                    attempts.append(genuine.merging([HubHeader.tenant: "\(globex.id)"]) { $1 })
                    attempts.append(genuine.merging([HubHeader.epoch: "2"]) { $1 })
                    attempts.append(genuine.merging([HubHeader.tenant: "\(acme.id), \(globex.id)"]) { $1 })
                    attempts.append(genuine.merging([HubHeader.signature: "v1;9999999999;AAAA"]) { $1 })
                    attempts.append(["x-forwarded-for": "127.0.0.1", "x-forwarded-host": "acme.hub.test"])
                    for fields in attempts {
                        let client = WebClient(port: backend.port, fields: fields).with(["authorization": token])
                        for path in ["/api/auth/me", "/", "/api/projects", InternalPath.tenants, "/metrics"] {
                            let answer = try await client.get(path)
                            #expect(answer.status == 403, "\(path) with \(fields.keys)")
                        }
                        let creation = try await client.post(InternalPath.tenants, ["tenantId": "\(acme.id)"])
                        #expect(creation.status == 403)
                    }
                    // A router's own signature opens no internal door.
                    #expect(try await acme.client.post(InternalPath.tenants, [String: String]()).status == 403)
                    #expect(try await acme.client.with(["authorization": token]).get("/api/auth/me").status == 200)
                }
            }
        }

        @Test("Telling known people from unknown ones by how long the refusal takes")
        func timing() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(
                    databases,
                    change: {
                        $0.passwordCost = 8
                        $0.limits.loginFailuresPerAddress = 1_000_000
                    }
                ) { backend in
                    let tenant = try await SampleTenant.create("acme", on: backend)
                    // The hash is as costly as those of unknown people, as it is when the hub itself made it.
                    let hash = try await PasswordHasher(cost: 8).hash(SampleTenant.password)
                    for number in 0..<40 {
                        _ = try databases.inShard(
                            """
                            INSERT INTO users (tenantId, id, email, fullName, passwordHash, role)
                            VALUES ('\(tenant.id)', gen_random_uuid(), 'known\(number)@acme.com', 'K', '\(hash)', 'user')
                            """
                        )
                    }
                    var times: [[Double]] = [[], []]
                    for number in 0..<160 {
                        // In turns, each pair in random order, so that a drift of the machine is the same for both.
                        for kind in [0, 1].shuffled() {
                            let name = kind == 0 ? "known" : "stranger"
                            // Signed anew: on a slow machine all of them take longer than a signature lasts.
                            let client = backend.router(tenant.id)
                            let answer = try await Self.login(client, "\(name)\(number % 40)@acme.com", "wrong")
                            try #require(answer.status == 401)
                            times[kind].append(answer.elapsed / .milliseconds(1))
                        }
                    }
                    let test = MannWhitney(times[0], times[1])
                    // Reported, not asserted: on a busy machine anything may take any time.
                    print(
                        """
                        timing of refusals, n = \(times[0].count) each, bcrypt cost 8: known median \
                        \(times[0].median.rounded(to: 3)) ms, unknown median \(times[1].median.rounded(to: 3)) ms, \
                        Mann-Whitney z = \(test.z.rounded(to: 2)), P(known slower) = \(test.superiority.rounded(to: 3))
                        """
                    )
                    // What is asserted is coarse: the refusal of a stranger does not do without the hash.
                    #expect(times[1].median > times[0].median / 3)
                }
            }
        }
    }
}

/// The rank test of Mann and Whitney (1947), with the normal approximation: whether one sample tends to be larger.
private struct MannWhitney {
    /// How many standard deviations the rank sum is off; beyond ±1.96 once in twenty times by chance.
    let z: Double
    /// How often a value of the first sample is larger than one of the second.
    let superiority: Double

    init(_ first: [Double], _ second: [Double]) {
        let wins = first.reduce(0.0) { sum, value in
            sum + second.reduce(0.0) { $0 + (value > $1 ? 1 : value == $1 ? 0.5 : 0) }
        }
        let (n, m) = (Double(first.count), Double(second.count))
        superiority = wins / (n * m)
        z = (wins - n * m / 2) / (n * m * (n + m + 1) / 12).squareRoot()
    }
}

extension [Double] {
    fileprivate var median: Double { sorted()[count / 2] }
}

extension Double {
    fileprivate func rounded(to digits: Int) -> Double {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
