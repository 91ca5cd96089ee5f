package import BackendApp
package import HubTesting
import Redis

extension RunningBackend {
    /// Lends a running backend with a Redis of its own, its cache in use.
    package static func withCache<Answer: Sendable>(
        _ databases: HubDatabases,
        _ body: @Sendable (RunningBackend) async throws -> Answer
    ) async throws -> Answer {
        try await RedisServer.withServer(options: ["--maxmemory-policy", "volatile-lru"]) { redis in
            try await with(databases, change: { $0.use(redis) }) { backend in
                try await backend.untilCaching()
                return try await body(backend)
            }
        }
    }

    /// Waits until the backend uses its cache.
    package func untilCaching(within limit: Duration = .seconds(20)) async throws {
        try await waitFor("the cache to be in use", within: limit) {
            try await WebClient(port: adminPort, fields: [:]).get("/metrics").text.contains("\nhub_cache_open 1\n")
        }
    }
}

extension BackendConfiguration {
    /// Lets the backend use this Redis.
    package mutating func use(_ server: RedisServer) {
        redis = RedisConfiguration(
            host: "127.0.0.1",
            port: server.port,
            password: RedisPassword(server.password)
        )
    }
}
