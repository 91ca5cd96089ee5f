import HubTesting
import Testing

extension CacheSystemTests {
    @Suite("Redis fails")
    struct RedisFaultTests {
        @Test("Without any fault nothing is told wrongly")
        func none() async throws {
            try await expectTruth("no fault") { try await $0.requests(1000) }
        }

        @Test("Redis is killed, is away for a while, and comes back empty")
        func killed() async throws {
            try await expectTruth("Redis killed", isAvailabilityKnown: true) { trial in
                trial.redis.kill9()
                try await trial.waitUntilClosed()
                try await trial.requests(200)
                try await trial.redis.start()
                try await trial.waitUntilLive()
                try await trial.requests(200)
            }
        }

        @Test("Redis is killed and is back before anybody gives it up")
        func restarted() async throws {
            try await expectTruth("Redis restarted", isAvailabilityKnown: true) { trial in
                for _ in 1...2 {
                    trial.redis.kill9()
                    try await trial.redis.start()
                    try await trial.requests(200)
                    try await trial.waitUntilLive()
                }
            }
        }

        @Test("Redis is suspended", arguments: [1, 5])
        func suspended(seconds: Int) async throws {
            try await expectTruth("Redis suspended for \(seconds) s", isAvailabilityKnown: true) { trial in
                trial.redis.sigstop()
                try await Task.sleep(for: .seconds(seconds))
                trial.redis.sigcont()
                try await trial.waitUntilLive()
                try await trial.requests(200)
            }
        }

        @Test("Somebody flushes Redis, again and again")
        func flushed() async throws {
            try await expectTruth("FLUSHALL", isAvailabilityKnown: true) { trial in
                for _ in 1...3 {
                    try trial.redis.flushAll()
                    try await trial.requests(150)
                    try await trial.waitUntilLive()
                }
            }
        }

        @Test("Redis has too little memory: it evicts, then it takes nothing more")
        func full() async throws {
            try await expectTruth("maxmemory", isAvailabilityKnown: true) { trial in
                let used = try trial.usedMemory()
                try trial.setMaximumMemory(used)
                try await trial.requests(300)
                try trial.setMaximumMemory(1)
                try await trial.requests(300)
                try trial.setMaximumMemory(0)
                try await trial.waitUntilLive()
                try await trial.requests(200)
            }
        }
    }
}

extension CacheTrial {
    fileprivate func usedMemory() throws -> Int {
        let lines = try redis.ask("INFO memory").split(whereSeparator: \.isNewline)
        let line = try #require(lines.first { $0.hasPrefix("used_memory:") })
        return try #require(Int(line.dropFirst("used_memory:".count)))
    }

    /// - Parameter bytes: 0 for no limit.
    fileprivate func setMaximumMemory(_ bytes: Int) throws {
        #expect(try redis.ask("CONFIG SET maxmemory \(bytes)") == "+OK")
    }
}
