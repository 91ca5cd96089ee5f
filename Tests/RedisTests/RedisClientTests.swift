import HubTesting
import Logging
import Reactor
import Testing

@testable import Redis

@Suite("Client", .timeLimit(.minutes(2)))
struct RedisClientTests {
    @Test("A command given before the first connection is open waits for it")
    func start() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withClient { client in
                let response = try await client.send(["PING"])
                #expect(response.reply == .simpleString("PONG"))
                #expect(client.state.runID == response.runID)
                #expect(client.statistics.connectionsOpen == 1)
            }
        }
    }

    @Test("A restarted server is found again, under its new run id")
    func restart() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withClient({ $0.connectionsPerReactor = 2 }) { client in
                let first = try await client.send(["PING"]).runID
                fixture.server.kill9()
                try await fixture.server.start()
                try await waitFor("both connections to the new server", within: .seconds(30)) {
                    client.statistics.connectionsOpen == 2 && client.state.runID != first
                }
                for _ in 0..<4 {
                    let response = try await client.send(["PING"])
                    #expect(response.runID == client.state.runID)
                }
                #expect(client.statistics.connectionsLost >= 2)
            }
        }
    }

    @Test("While the server is down commands fail at once and the state tells since when and why")
    func failFast() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withClient { client in
                let before = ContinuousClock.now
                _ = try await client.command("PING")
                fixture.server.stop()
                try await waitFor("a failed attempt", within: .seconds(30)) { client.statistics.attemptsFailed > 0 }
                let started = ContinuousClock.now
                for _ in 0..<1000 {
                    let error = await outcome { () throws(RedisError) in try await client.command("PING") }.failure
                    try #require(error?.code == .unavailable)
                    try #require(error?.delivery == .notSent)
                }
                #expect(ContinuousClock.now - started < .seconds(2))
                #expect(client.statistics.refusals >= 1000)
                guard case .disconnected(let outage) = client.state else {
                    Issue.record("the client is not disconnected")
                    return
                }
                #expect(outage.since > before)
                #expect(outage.reason?.code == .connectFailed)
                try await fixture.server.start()
                try await waitFor("recovery", within: .seconds(30)) { (try? await client.command("PING")) != nil }
            }
        }
    }

    @Test("A stuck server makes one command wait for its time-out and the next fail at once, until it goes on")
    func stuck() async throws {
        try await RedisFixture.with { fixture in
            let limits = { (configuration: inout RedisConfiguration) in
                configuration.commandTimeout = .seconds(1)
                configuration.connectTimeout = .seconds(10)
            }
            try await fixture.withClient(limits) { client in
                let runID = try await client.send(["PING"]).runID
                fixture.server.sigstop()
                let first = await outcome { () throws(RedisError) in try await client.command("INCR", "key") }.failure
                #expect(first?.code == .timedOut)
                #expect(first?.delivery == .mayHaveExecuted)
                let started = ContinuousClock.now
                let second = await outcome { () throws(RedisError) in try await client.command("INCR", "key") }.failure
                #expect(second?.code == .unavailable)
                #expect(second?.delivery == .notSent)
                #expect(ContinuousClock.now - started < .seconds(1))
                fixture.server.sigcont()
                try await waitFor("recovery", within: .seconds(30)) { (try? await client.command("PING")) != nil }
                #expect(try await client.send(["PING"]).runID == runID)
                try await waitFor("the forsaken connections to go", within: .seconds(30)) {
                    try fixture.connectionCount() == 1
                }
            }
        }
    }

    @Test("A server that accepts and never answers leaves the client unavailable")
    func silence() async throws {
        let silent = try RawServer(.silence)
        defer { silent.stop() }
        try await RedisFixture.with { fixture in
            let limits = { (configuration: inout RedisConfiguration) in
                configuration.port = silent.port
                configuration.connectTimeout = .milliseconds(100)
            }
            try await fixture.withClient(limits) { client in
                let error = await outcome { () throws(RedisError) in try await client.command("PING") }.failure
                #expect(error?.code == .unavailable)
                #expect(error?.delivery == .notSent)
                try await waitFor("a second attempt", within: .seconds(30)) { client.statistics.attemptsFailed > 1 }
            }
        }
    }

    @Test("A wrong password is told by every command")
    func wrongPassword() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withClient({ $0.password = "wrong" }) { client in
                let error = await outcome { () throws(RedisError) in try await client.command("PING") }.failure
                #expect(error?.code == .unavailable)
                #expect(error?.description.contains("refused the password (WRONGPASS") == true)
                #expect((error?.underlying as? RedisError)?.code == .authentication)
            }
        }
    }

    @Test("A client that does not run refuses a command after a time, and a cancelled one at once")
    func notRunning() async throws {
        try await RedisFixture.with { fixture in
            let configuration = fixture.configuration { $0.connectTimeout = .milliseconds(100) }
            let client = RedisClient(configuration, reactors: [fixture.reactor], logger: Logger(label: "redis-tests"))
            let error = await outcome { () throws(RedisError) in try await client.command("PING") }.failure
            #expect(error?.code == .unavailable)

            let patient = fixture.configuration { $0.connectTimeout = .seconds(60) }
            let other = RedisClient(patient, reactors: [fixture.reactor], logger: Logger(label: "redis-tests"))
            let task = Task { await outcome { () throws(RedisError) in try await other.command("PING") }.failure }
            task.cancel()
            #expect(await task.value?.code == .cancelled)
        }
    }

    @Test("Shutting down answers what is under way, refuses the rest and leaves no connection behind")
    func shutDown() async throws {
        try await RedisFixture.with { fixture in
            let client = RedisClient(
                fixture.configuration { $0.connectionsPerReactor = 3 },
                reactors: [fixture.reactor],
                logger: Logger(label: "redis-tests")
            )
            let running = Task { await client.run() }
            try await waitFor("three connections", within: .seconds(30)) {
                try fixture.connectionCount() == 3 && client.statistics.connectionsOpen == 3
            }
            async let waiting = outcome { () throws(RedisError) in try await client.command("BLPOP", "list", 0) }
            try await waitFor("the command to be accepted", within: .seconds(30)) { client.statistics.pending == 1 }
            running.cancel()
            try await waitFor("the refusal", within: .seconds(30)) {
                let error = await outcome { () throws(RedisError) in try await client.command("PING") }.failure
                return error?.code == .shutDown && error?.delivery == .notSent
            }
            _ = try fixture.server.ask("RPUSH list value")
            let reply = try await waiting.get()
            #expect(reply.array?.count == 2)
            await running.value
            #expect(client.statistics.connectionsOpen == 0)
            #expect(client.statistics.pending == 0)
            try await waitFor("the server to see it", within: .seconds(30)) { try fixture.connectionCount() == 0 }
            guard case .shutDown = client.state else {
                Issue.record("the client is not shut down")
                return
            }
        }
    }

    @Test(
        "Through kills and restarts every reply is right or an error, and names the process it came from"
    )
    func churn() async throws {
        try await RedisFixture.with { fixture in
            let fast = { (configuration: inout RedisConfiguration) in
                configuration.connectionsPerReactor = 2
                configuration.backoff = RedisBackoff(base: .milliseconds(5), cap: .milliseconds(50))
            }
            try await fixture.withClient(fast) { client in
                try await withThrowingTaskGroup(of: Set<String>.self) { group in
                    for worker in 0..<32 {
                        group.addTask { try await Self.work(worker, client) }
                    }
                    var identities: Set<String> = []
                    for _ in 0..<3 {
                        let before = client.statistics.replies
                        try await waitFor("some replies", within: .seconds(30)) {
                            client.statistics.replies > before + 500
                        }
                        fixture.server.kill9()
                        try await fixture.server.start()
                        identities.insert(try fixture.runID())
                    }
                    let before = client.statistics.replies
                    try await waitFor("some replies", within: .seconds(30)) { client.statistics.replies > before + 500 }
                    group.cancelAll()
                    var seen: Set<String> = []
                    for try await part in group { seen.formUnion(part) }
                    #expect(seen.isSuperset(of: identities))
                    #expect(seen.count == 4)
                }
                try await waitFor("the end of what was under way", within: .seconds(30)) {
                    client.statistics.pending == 0
                }
            }
        }
    }

    /// Asks a server for its own run id until cancelled, and checks that the response's is the same.
    private static func work(_ worker: Int, _ client: RedisClient) async throws -> Set<String> {
        var seen: Set<String> = []
        while !Task.isCancelled {
            let result = await outcome { () throws(RedisError) in
                let response = try await client.send(["INFO", "server"])
                return .array([.simpleString(response.runID), response.reply])
            }
            switch result {
            case .success(let pair):
                let runID = try #require(pair.array?[0].string)
                let information = try #require(pair.array?[1].string)
                #expect(information.contains("run_id:\(runID)\r\n"))
                seen.insert(runID)
            case .failure(let error):
                #expect([.unavailable, .connectionLost, .cancelled].contains(error.code))
                await Task.yield()
            }
        }
        return seen
    }
}
