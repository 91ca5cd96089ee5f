import AppFixtures
import HubModel
import HubTesting
import HubWire
import Logging
import Observability
import Reactor
import Redis
import Testing
import Throttling
import Topology

@testable import BackendApp

extension BackendAppTests {
    @Suite("Trying passwords")
    struct LoginThrottleTests {
        /// Two backends of one shard with one Redis and a clock of the test's own.
        struct Pair: Sendable {
            let databases: HubDatabases
            let redis: RedisServer
            let clock: ShiftedClock
            let tenant: SampleTenant
            let backends: [RunningBackend]

            static func with(
                change: @escaping @Sendable (inout BackendConfiguration) -> Void = { _ in },
                _ body: @Sendable (Pair) async throws -> Void
            ) async throws {
                let clock = ShiftedClock()
                try await RedisServer.withServer { redis in
                    let configure = { @Sendable (configuration: inout BackendConfiguration) in
                        configuration.use(redis)
                        change(&configuration)
                    }
                    try await HubDatabases.with { databases in
                        try await RunningBackend.with(databases, change: configure, now: clock.now) { one in
                            try await RunningBackend.with(databases, change: configure, now: clock.now) { other in
                                let tenant = try await SampleTenant.create("acme", on: one)
                                try await body(
                                    Pair(
                                        databases: databases,
                                        redis: redis,
                                        clock: clock,
                                        tenant: tenant,
                                        backends: [one, other]
                                    )
                                )
                            }
                        }
                    }
                }
            }

            /// Signs in through one of the backends, from an address.
            func signIn(
                _ email: String? = nil,
                _ password: String = "wrong",
                via backend: Int = 0,
                from address: String,
                to tenant: TenantID? = nil
            ) async throws -> WebAnswer {
                let expiry = clock.now() + .seconds(30)
                let client = backends[backend].router(tenant ?? self.tenant.id, expiry: expiry)
                    .with([HubHeader.clientAddress: address])
                return try await client.post(
                    "/api/auth/login",
                    LoginRequest(email: email ?? self.tenant.email, password: password)
                )
            }

            func failuresInAuditTrail() throws -> Int {
                let count = try databases.inShard("SELECT count(*) FROM audit_logs WHERE action = 'LOGIN_FAILED'")
                return Int(count[0]) ?? -1
            }
        }

        @Test("Wrong passwords for one account, spread over addresses and processes, close it for the right one too")
        func spreadOverAddresses() async throws {
            try await Pair.with { pair in
                for number in 1...5 {
                    let answer = try await pair.signIn(via: number % 2, from: "198.51.100.\(number)")
                    #expect(answer.status == 401)
                }
                for backend in 0...1 {
                    let refused = try await pair.signIn(nil, SampleTenant.password, via: backend, from: "203.0.113.1")
                    #expect(refused.status == 429)
                    #expect(refused["retry-after"] == "1")
                    #expect(refused["content-type"] == Problem.mediaType)
                    #expect(refused["set-cookie"] == nil)
                }
                #expect(try pair.failuresInAuditTrail() == 5, "what was throttled is no row")

                pair.clock.advance(by: .seconds(1))
                #expect(try await pair.signIn(via: 1, from: "198.51.100.9").status == 401)
                let longer = try await pair.signIn(via: 0, from: "198.51.100.10")
                #expect(longer.status == 429 && longer["retry-after"] == "2")
                pair.clock.advance(by: .seconds(2))
                #expect(try await pair.signIn(nil, SampleTenant.password, from: "203.0.113.1").status == 200)
                for number in 1...5 {
                    let answer = try await pair.signIn(via: number % 2, from: "198.51.100.\(20 + number)")
                    #expect(answer.status == 401, "a right password begins the count anew")
                }
            }
        }

        @Test("Wrong passwords from one address, spread over accounts, tenants and processes, close it for all")
        func spreadOverAccounts() async throws {
            let limit = 12
            try await Pair.with(change: { $0.limits.loginFailuresPerAddress = limit }) { pair in
                let other = try await SampleTenant.create("globex", on: pair.backends[1])
                for number in 1...limit {
                    // The addresses of one IPv6 network are one.
                    let answer = try await pair.signIn(
                        "person\(number)@acme.com",
                        via: number % 2,
                        from: "2001:db8:1:2::\(number)",
                        to: number % 3 == 0 ? other.id : nil
                    )
                    #expect(answer.status == 401)
                }
                for (index, tenant) in [pair.tenant, other].enumerated() {
                    let answer = try await pair.signIn(
                        tenant.email,
                        SampleTenant.password,
                        via: index,
                        from: "2001:db8:1:2:ffff::",
                        to: tenant.id
                    )
                    #expect(answer.status == 429)
                    #expect(answer["retry-after"] == "300", "\(answer["retry-after"] ?? "")")
                }
                #expect(try await pair.signIn(nil, SampleTenant.password, from: "2001:db8:1:3::1").status == 200)
                pair.clock.advance(by: .seconds(300))
                #expect(try await pair.signIn(nil, SampleTenant.password, from: "2001:db8:1:2::1").status == 200)
            }
        }

        @Test("Nothing tells an account that exists from one that does not, throttled or not")
        func unknownAccounts() async throws {
            try await Pair.with { pair in
                var answers: [[String]] = []
                for email in [pair.tenant.email, "nobody@acme.com", "no address at all"] {
                    var seen: [String] = []
                    for number in 1...7 {
                        let answer = try await pair.signIn(email, from: "198.51.100.\(number)")
                        seen.append("\(answer.status) \(answer["retry-after"] ?? "") \(answer.text)")
                    }
                    answers.append(seen)
                }
                #expect(Set(answers).count == 1, "\(answers)")
                #expect(answers[0].last?.hasPrefix("429 1 ") == true)
                // Neither does the way an address is typed make another account of it.
                #expect(try await pair.signIn(pair.tenant.email.uppercased(), from: "198.51.100.8").status == 429)
            }
        }

        @Test("Passwords tried all at once get no more verdicts than one by one")
        func burst() async throws {
            try await Pair.with { pair in
                let answers = try await withThrowingTaskGroup(of: WebAnswer.self) { group in
                    for number in 0..<60 {
                        group.addTask {
                            try await pair.signIn(via: number % 2, from: "198.51.100.\(number)")
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.count { $0.status == 401 } == 5)
                #expect(answers.allSatisfy { [401, 429, 503].contains($0.status) })
                #expect(try pair.failuresInAuditTrail() == 5)
            }
        }

        @Test("Right passwords, however many and at once, exhaust nothing")
        func successes() async throws {
            try await Pair.with(change: { $0.limits.loginFailuresPerAddress = 5 }) { pair in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<60 {
                        group.addTask {
                            try await pair.signIn(nil, SampleTenant.password, via: number % 2, from: "127.0.0.1").status
                        }
                    }
                    for try await status in group { #expect(status == 200) }
                }
            }
        }

        @Test("Whoever signed in from a place is not kept out of it by an attack from elsewhere; sessions go on")
        func familiarPlace() async throws {
            try await Pair.with { pair in
                let home = "203.0.113.1"
                let token = try await pair.signIn(nil, SampleTenant.password, from: home).decode(LoginAnswer.self).token
                for number in 1...8 { _ = try await pair.signIn(via: number % 2, from: "198.51.100.\(number)") }
                #expect(try await pair.signIn(nil, SampleTenant.password, from: "198.51.100.9").status == 429)
                for backend in 0...1 {
                    let answer = try await pair.signIn(nil, SampleTenant.password, via: backend, from: home)
                    #expect(answer.status == 200)
                }
                #expect(try await pair.tenant.client.bearing(token).get("/api/auth/me").status == 200)
                #expect(
                    try await pair.signIn(nil, SampleTenant.password, from: "198.51.100.9").status == 429,
                    "that does not make it any easier for the attacker"
                )
                // The place itself has a count of its own.
                for _ in 1...5 { #expect(try await pair.signIn(from: home).status == 401) }
                #expect(try await pair.signIn(nil, SampleTenant.password, from: home).status == 429)
            }
        }

        @Test("With Redis killed each process throttles by itself; with Redis emptied it remembers")
        func redisLost() async throws {
            try await Pair.with { pair in
                for _ in 1...5 { #expect(try await pair.signIn(from: "198.51.100.1").status == 401) }
                try pair.redis.flushAll()
                #expect(try await pair.signIn(nil, SampleTenant.password, from: "198.51.100.2").status == 429)
                #expect(
                    try await pair.signIn("other@acme.com", via: 1, from: "198.51.100.2").status == 401,
                    "the other process goes on with an empty Redis"
                )

                pair.redis.kill9()
                for backend in 0...1 {
                    for number in 1...5 {
                        let answer = try await pair.signIn(
                            "b\(backend)@acme.com",
                            via: backend,
                            from: "192.0.2.\(number)"
                        )
                        #expect(answer.status == 401)
                    }
                    let refused = try await pair.signIn("b\(backend)@acme.com", via: backend, from: "192.0.2.9")
                    #expect(refused.status == 429)
                }
                #expect(try await pair.signIn(nil, SampleTenant.password, from: "198.51.100.2").status == 429)
                pair.clock.advance(by: .seconds(1))
                #expect(try await pair.signIn(nil, SampleTenant.password, from: "198.51.100.2").status == 200)
            }
        }

        @Test("The sign-in form and the change of a password are throttled alike, and say when to come back")
        func otherDoors() async throws {
            try await Pair.with { pair in
                let admin = try await pair.tenant.signedIn()
                for _ in 1...5 {
                    let wanted = ["currentPassword": "wrong", "newPassword": "Changed#123"]
                    #expect(try await admin.put("/api/auth/password", wanted).status == 400)
                }
                let wanted = ["currentPassword": SampleTenant.password, "newPassword": "Changed#123"]
                let refused = try await admin.put("/api/auth/password", wanted)
                #expect(refused.status == 429 && refused["retry-after"] == "1")
                #expect(try await admin.get("/api/auth/me").status == 200)

                let form = ["email": pair.tenant.email, "password": SampleTenant.password]
                let page = try await pair.tenant.client.submit("/sign-in", form)
                #expect(page.status == 429 && page["retry-after"] == "1")
                #expect(page.text.contains("Too many sign-ins have failed") && page["set-cookie"] == nil)
                #expect(try pair.databases.inShard("SELECT count(*) FROM sessions") == ["1"])
            }
        }

        @Test("The script in Redis takes every step exactly as the state machine does")
        func script() async throws {
            let allowance = LoginAllowance(
                memory: .seconds(300),
                network: TokenBucket.Rate(quota: 30, window: .seconds(600))
            )
            let reactor = try Reactor(name: "login-throttle-tests")
            defer { reactor.shutdown() }
            try await RedisServer.withServer { server in
                let client = RedisClient(
                    RedisConfiguration(
                        host: "127.0.0.1",
                        port: server.port,
                        password: RedisPassword(server.password),
                        connectTimeout: .seconds(30),
                        commandTimeout: .seconds(30)
                    ),
                    reactors: [reactor],
                    logger: Logger(label: "test")
                )
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await client.run() }
                    defer { group.cancelAll() }
                    let store = RedisLoginFailures(redis: client)
                    let attempt = LoginAttempt(account: "a", network: "n")
                    var (expected, random) = (LoginFailures(), SystemRandomNumberGenerator())
                    var now = Timestamp.now()
                    var (refused, taken) = (0, 0)
                    for _ in 1...3000 {
                        let step = [LoginStep.look, .wrong, .wrong, .wrong, .wrong, .wrong, .right].randomElement(
                            using: &random
                        )!
                        now = now + .microseconds(Int64.random(in: 0...40_000_000, using: &random))
                        let wait = expected.take(step, allowance, now: now)
                        let answer = try await store.take(step, of: attempt, allowance, now: now)
                        try #require(answer.wait == wait && answer.failures == expected, "\(step) at \(now)")
                        if wait == nil { taken += 1 } else { refused += 1 }
                    }
                    #expect(refused > 200 && taken > 200, "\(refused) \(taken)")
                }
            }
        }
    }
}
